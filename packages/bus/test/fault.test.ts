import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { ack, type Published } from '@assay/bus';
import { type NatsBackend, natsBackend, spawnService } from '@assay/testkit';
import { BANK, Collected, connectTo, job, Notices, proof } from './fixture.ts';

const backend: NatsBackend = await natsBackend();

test('loses nothing it acknowledged, and stores nothing twice, when the server is killed while events are published', async () => {
  await using server = await backend.start();
  await using bus = await connectTo(server);
  await bus.ensureStreams(BANK);
  const total = 200;
  const acknowledged = new Map<string, Published>();
  const publishing = Array.from({ length: 4 }, async (_, lane) => {
    for (let i = lane; i < total; i += 4) {
      const event = proof(`p${i}`);
      acknowledged.set(event.id, await bus.publish(event));
      if (acknowledged.size === 60 || acknowledged.size === 120) void server.kill().then(() => server.restart());
    }
  });
  await Promise.all(publishing);

  const stored: (string | undefined)[] = [];
  const signal = AbortSignal.timeout(20_000);
  for await (const { seq, event } of bus.readStream({ bank: BANK, stream: 'PROOFS', signal })) {
    stored.push(event?.id);
    assert.equal(acknowledged.get(event?.id ?? '')?.seq, seq);
    if (stored.length === total) break;
  }
  assert.equal(new Set(stored).size, total);
});

test('handles every job when the server is killed while they are worked on', async () => {
  await using server = await backend.start();
  const notices = new Notices();
  await using bus = await connectTo(server, { onNotice: notices.sink });
  await bus.ensureStreams(BANK);
  const total = 60;
  for (let i = 0; i < total; i += 1) await bus.publish(job(`j${i}`));

  const handled = new Map<string, number>();
  const all = Promise.withResolvers<void>();
  const consumption = await bus.consume(
    { bank: BANK, stream: 'JOBS', durable: 'worker', concurrency: 3, ackWaitMs: 1_000 },
    async ({ event }) => {
      const times = (handled.get(event.id) ?? 0) + 1;
      handled.set(event.id, times);
      if (times === 1 && (handled.size === 15 || handled.size === 35)) {
        await server.kill();
        await server.restart();
      }
      if (handled.size === total) all.resolve();
      return ack;
    },
  );
  await all.promise;
  await consumption.drain();
  assert.equal(handled.size, total);
  // A job comes a second time only where its acknowledgement could not be confirmed.
  const repeated = [...handled.values()].reduce((sum, times) => sum + times - 1, 0);
  assert(repeated <= 2 * 3 + notices.of('acknowledgement-unconfirmed').length, `${repeated} repetitions`);
});

test('delivers a job again when the process that had it dies', async () => {
  await using server = await backend.start();
  await using bus = await connectTo(server);
  await bus.ensureStreams(BANK);
  await bus.publish(job('orphan'));
  const entry = fileURLToPath(new URL('./crashing-consumer.ts', import.meta.url));
  const ackWaitMs = 500;
  const crashing = await spawnService({ entry, args: [server.url, server.monitorUrl, BANK, String(ackWaitMs)] });
  assert.equal(crashing.ready.service, 'orphan');
  await crashing.kill();

  const got = new Collected<[string, number]>(1);
  await bus.consume({ bank: BANK, stream: 'JOBS', durable: 'worker', ackWaitMs }, async ({ event, deliveryCount }) => {
    got.add([event.id, deliveryCount]);
    return ack;
  });
  assert.deepEqual(await got.all(), [['orphan', 2]]);
});

test('an acknowledged job stays done when the server is killed right after', async () => {
  await using server = await backend.start();
  await using bus = await connectTo(server);
  await bus.ensureStreams(BANK);
  await bus.publish(job('done'));
  const first = new Collected<string>(1);
  const worker = { bank: BANK, stream: 'JOBS', durable: 'worker' } as const;
  const consumption = await bus.consume(worker, async ({ event }) => {
    first.add(event.id);
    return ack;
  });
  await first.all();
  await consumption.drain();
  await server.kill();
  await server.restart();
  await bus.publish(job('next'));
  const second = new Collected<string>(1);
  await bus.consume(worker, async ({ event }) => {
    second.add(event.id);
    return ack;
  });
  assert.deepEqual(await second.all(), ['next']);
});
