// A consumer that takes a job and never ends it: the test kills it.
import { setInterval } from 'node:timers';
import { connectBus } from '@assay/bus';

const [server = '', monitor = '', bank = '', ackWaitMs = ''] = process.argv.slice(2);
const bus = await connectBus({ servers: [server], name: 'crashing', monitorUrls: [monitor] });
const options = { bank, stream: 'JOBS', durable: 'worker', ackWaitMs: Number(ackWaitMs) } as const;
await bus.consume(options, async ({ event }) => {
  console.log(JSON.stringify({ ready: true, service: event.id }));
  return new Promise(() => setInterval(() => undefined, 60_000));
});
