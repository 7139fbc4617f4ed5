import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import {
  ack,
  type Bus,
  type Delivery,
  dead,
  jobSubject,
  readDeadLetter,
  retry,
  type StreamRecord,
  streamName,
} from '@assay/bus';
import { natsBackend, type TestNats } from '@assay/testkit';
import { connect } from '@nats-io/transport-node';
import { BANK, Collected, connectTo, job, Notices } from './fixture.ts';

let server: TestNats;
let bus: Bus;
let notices: Notices;
let kind: string;
let count = 0;

before(async () => {
  server = await (await natsBackend()).start();
});

after(() => server.close());

beforeEach(async () => {
  count += 1;
  kind = `kind-${count}`;
  notices = new Notices();
  bus = await connectTo(server, { onNotice: notices.sink });
  await bus.ensureStreams(BANK);
});

afterEach(() => bus.close());

/** A job of this test alone: its id is unique, or the server would drop it as a repetition. */
function own(id: string, data = id) {
  return job(`${kind}:${id}`, data, kind);
}

/** Every test has a job kind of its own, and with it a durable consumer of its own. */
function options(extra: { concurrency?: number; ackWaitMs?: number; maxDeliver?: number; backoffMs?: number[] } = {}) {
  return {
    bank: BANK,
    stream: 'JOBS',
    durable: kind,
    filter: jobSubject(BANK, kind),
    backoffMs: [1],
    ...extra,
  } as const;
}

async function firstDeadLetter(): Promise<StreamRecord> {
  const stop = new AbortController();
  for await (const record of bus.readStream({ bank: BANK, stream: 'DLQ', signal: stop.signal })) {
    if (record.event?.subject.endsWith(`.job-${kind}`) || record.event?.subject.endsWith('.job-undecodable'))
      return record;
  }
  throw new Error('the stream ended');
}

test('a consumer that is there is brought up to date, and goes on where it was', async () => {
  const first = new Collected<string>(1);
  const consumption = await bus.consume(options({ ackWaitMs: 30_000 }), async ({ event }) => {
    first.add(event.id);
    return ack;
  });
  await bus.publish(own('before'));
  await first.all();
  await consumption.drain();
  const second = new Collected<string>(1);
  await bus.consume(options({ ackWaitMs: 5_000 }), async ({ event }) => {
    second.add(event.id);
    return ack;
  });
  await bus.publish(own('after'));
  assert.deepEqual(await second.all(), [`${kind}:after`]);
});

test('hands over the event with its place, and removes it once acknowledged', async () => {
  const published = await bus.publish(own('a', 'sealed'));
  const got = new Collected<Delivery>(1);
  const consumption = await bus.consume(options(), async (delivery) => {
    got.add(delivery);
    return ack;
  });
  const [delivery] = await got.all();
  await consumption.drain();
  assert.equal(delivery?.event.id, `${kind}:a`);
  assert.equal(new TextDecoder().decode(delivery?.event.data), 'sealed');
  assert.deepEqual(
    [delivery?.deliveryCount, delivery?.stream, delivery?.streamSeq],
    [1, published.stream, published.seq],
  );

  const rest = new Collected<string>(1);
  await bus.publish(own('b'));
  await bus.consume(options(), async ({ event }) => {
    rest.add(event.id);
    return ack;
  });
  assert.deepEqual(await rest.all(), [`${kind}:b`]);
});

test('delivers again after retry and after a handler that throws, and counts', async () => {
  const got = new Collected<number>(3);
  await bus.publish(own('a'));
  await bus.consume(options(), async ({ deliveryCount }) => {
    got.add(deliveryCount);
    if (deliveryCount === 1) return retry(5);
    if (deliveryCount === 2) throw new Error('disk full');
    return ack;
  });
  assert.deepEqual(await got.all(), [1, 2, 3]);
  assert.equal(notices.of('handler-failed')[0]?.place.deliveryCount, 2);
});

test('puts what a handler declares dead on the dead-letter subject, bytes untouched', async () => {
  const { seq } = await bus.publish(own('poison', 'sealed bytes'));
  await bus.consume(options(), async () => dead('UNKNOWN_SCHEMA'));
  const { event } = await firstDeadLetter();
  assert(event !== undefined);
  assert.equal(event.subject, `assay.v1.${BANK}.dlq.job-${kind}`);
  assert.equal(event.about, `${kind}:poison`);
  assert.equal(new TextDecoder().decode(event.data), 'sealed bytes');
  assert.deepEqual(readDeadLetter(event), {
    reason: 'UNKNOWN_SCHEMA',
    stream: streamName(BANK, 'JOBS'),
    streamSeq: seq,
    digest: createHash('sha256').update('sealed bytes').digest('hex'),
    deliveries: 1,
  });
});

test('writes no reason that is not a code', async () => {
  await bus.publish(own('a'));
  await bus.consume(options(), async () => dead('income was 12345'));
  const { event } = await firstDeadLetter();
  assert.equal(event && readDeadLetter(event)?.reason, 'UNNAMED');
});

test('gives up after the last delivery', async () => {
  const deliveries: number[] = [];
  const done = notices.next('dead-lettered');
  await bus.publish(own('a'));
  const consumption = await bus.consume(options({ maxDeliver: 3 }), async ({ deliveryCount }) => {
    deliveries.push(deliveryCount);
    return retry();
  });
  await done;
  await consumption.drain();
  assert.deepEqual(deliveries, [1, 2, 3]);
  const { event } = await firstDeadLetter();
  assert.equal(event && readDeadLetter(event)?.reason, 'MAX_DELIVERIES');
  assert.equal(event && readDeadLetter(event)?.deliveries, 3);
});

test('gives up what is no event, without calling the handler or repeating its headers', async () => {
  const nats = await connect({ servers: server.url });
  await nats.request(jobSubject(BANK, kind), 'not an event');
  await nats.close();
  const done = notices.next('dead-lettered');
  await bus.consume(options(), async () => assert.fail('the handler was called'));
  await done;
  assert.equal(notices.of('dead-lettered')[0]?.reason, 'UNDECODABLE');
  const { event } = await firstDeadLetter();
  assert.equal(event?.contentType, 'application/octet-stream');
  assert.equal(new TextDecoder().decode(event?.data), 'not an event');
});

test('keeps a message from others while its handler works longer than the ack wait', async () => {
  const release = Promise.withResolvers<void>();
  const entered: string[] = [];
  await bus.publish(own('long'));
  const consumption = await bus.consume(options({ ackWaitMs: 300, concurrency: 2 }), async ({ event }) => {
    entered.push(event.id);
    if (event.id === `${kind}:long`) await release.promise;
    else release.resolve();
    return ack;
  });
  // A message that comes back after three ack waits ends the long handler; nothing of the long one came meanwhile.
  const ticks = new Collected<number>(4);
  await bus.publish(job(`${kind}:tick`, 'tick', `${kind}-tick`));
  const tick = { ...options(), durable: `${kind}-tick`, filter: jobSubject(BANK, `${kind}-tick`), maxDeliver: 9 };
  await bus.consume(tick, async ({ deliveryCount }) => {
    ticks.add(deliveryCount);
    return deliveryCount === 4 ? ack : retry(300);
  });
  await ticks.all();
  await bus.publish(own('end'));
  await release.promise;
  await consumption.drain();
  assert.deepEqual(entered, [`${kind}:long`, `${kind}:end`]);
});

test('runs as many handlers at once as it is told, and no more', async () => {
  const total = 6;
  const got = new Collected<string>(total);
  let running = 0;
  let most = 0;
  const both = Promise.withResolvers<void>();
  for (let i = 0; i < total; i += 1) await bus.publish(own(String(i)));
  await bus.consume(options({ concurrency: 2 }), async ({ event }) => {
    running += 1;
    most = Math.max(most, running);
    if (running === 2) both.resolve();
    await both.promise;
    running -= 1;
    got.add(event.id);
    return ack;
  });
  await got.all();
  assert.equal(most, 2);
});

test('drains: takes nothing new, waits for what runs, tells it, and has it acknowledged', async () => {
  const entered = Promise.withResolvers<Delivery>();
  const release = Promise.withResolvers<void>();
  const handled: string[] = [];
  await bus.publish(own('running'));
  const consumption = await bus.consume(options(), async (delivery) => {
    entered.resolve(delivery);
    await release.promise;
    handled.push(delivery.event.id);
    return ack;
  });
  const delivery = await entered.promise;
  let drained = false;
  const draining = consumption.drain().then(() => {
    drained = true;
  });
  assert.equal(delivery.draining.aborted, true);
  await bus.publish(own('later'));
  assert.equal(drained, false);
  release.resolve();
  await draining;
  assert.deepEqual(handled, [`${kind}:running`]);

  const rest = new Collected<string>(1);
  await bus.consume(options(), async ({ event }) => {
    rest.add(event.id);
    return ack;
  });
  assert.deepEqual(await rest.all(), [`${kind}:later`]);
});

test('shares the messages of one durable between processes', async () => {
  const total = 8;
  const got = new Collected<string>(total);
  await using other = await connectTo(server);
  const handler = async ({ event }: Delivery) => {
    got.add(event.id);
    return ack;
  };
  await Promise.all([bus.consume(options(), handler), other.consume(options(), handler)]);
  for (let i = 0; i < total; i += 1) await bus.publish(own(String(i)));
  assert.equal(new Set(await got.all()).size, total);
});
