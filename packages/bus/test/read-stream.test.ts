import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { archiveSubject, type Bus, newEvent, proofSubject, type StreamRecord } from '@assay/bus';
import { natsBackend, type TestNats } from '@assay/testkit';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { connectTo, proof } from './fixture.ts';

let server: TestNats;
let bus: Bus;

before(async () => {
  server = await (await natsBackend()).start();
  bus = await connectTo(server);
});

after(async () => {
  await bus.close();
  await server.close();
});

async function take(count: number, from: AsyncIterable<StreamRecord>): Promise<[number, string | undefined][]> {
  const taken: [number, string | undefined][] = [];
  for await (const { seq, event } of from) {
    taken.push([seq, event?.id]);
    if (taken.length === count) break;
  }
  return taken;
}

const signal = new AbortController().signal;

function at(bank: string, id: string, statement = 'decision') {
  return { ...proof(id), subject: proofSubject(bank, statement) };
}

test('gives what is there in order, then what comes, from any position', async () => {
  await bus.ensureStreams('one');
  for (const id of ['a', 'b', 'c']) await bus.publish(at('one', id));
  const reading = take(3, bus.readStream({ bank: 'one', stream: 'PROOFS', fromSeq: 2, signal }));
  await bus.publish(at('one', 'd'));
  assert.deepEqual(await reading, [
    [2, 'b'],
    [3, 'c'],
    [4, 'd'],
  ]);
});

test('begins anew where the stream was lost that the position is of', async () => {
  await bus.ensureStreams('lost');
  for (const id of ['a', 'b', 'c']) await bus.publish(at('lost', id));
  const nats = await connect({ servers: server.url });
  const manager = await jetstreamManager(nats);
  const name = await manager.streams.find(proofSubject('lost', 'decision'));
  await manager.streams.delete(name);
  await nats.close();
  await bus.ensureStreams('lost');
  await bus.publish(at('lost', 'd'));
  const stream = 'PROOFS' as const;
  assert.deepEqual(await take(1, bus.readStream({ bank: 'lost', stream, fromSeq: 4, signal })), [[1, 'd']]);
});

test('gives the subjects of the filter only', async () => {
  await bus.ensureStreams('two');
  const archived = (id: string, result: 'accepted' | 'pending' | 'rejected') =>
    newEvent({ ...proof(id), subject: archiveSubject('two', result), contentType: 'application/json' });
  await bus.publish(archived('a', 'accepted'));
  await bus.publish(archived('b', 'pending'));
  await bus.publish(archived('c', 'rejected'));
  const filter = [archiveSubject('two', 'accepted'), archiveSubject('two', 'rejected')];
  assert.deepEqual(await take(2, bus.readStream({ bank: 'two', stream: 'ARCHIVE', filter, signal })), [
    [1, 'a'],
    [3, 'c'],
  ]);
});

test('goes on behind a message that is no event', async () => {
  await bus.ensureStreams('three');
  const nats = await connect({ servers: server.url });
  await nats.request(proofSubject('three', 'decision'), 'nonsense');
  await nats.close();
  await bus.publish(at('three', 'a'));
  assert.deepEqual(await take(2, bus.readStream({ bank: 'three', stream: 'PROOFS', signal })), [
    [1, undefined],
    [2, 'a'],
  ]);
});

test('ends when told', async () => {
  await bus.ensureStreams('four');
  await bus.publish(at('four', 'a'));
  const stop = new AbortController();
  const seen: number[] = [];
  for await (const { seq } of bus.readStream({ bank: 'four', stream: 'PROOFS', signal: stop.signal })) {
    seen.push(seq);
    stop.abort();
  }
  assert.deepEqual(seen, [1]);
});

test('goes on across a crash of the server, giving each message once', async () => {
  await using crashing = await (await natsBackend()).start();
  await using own = await connectTo(crashing);
  await own.ensureStreams('five');
  await own.publish(at('five', 'a'));
  await own.publish(at('five', 'b'));
  const seen: [number, string | undefined][] = [];
  for await (const { seq, event } of own.readStream({
    bank: 'five',
    stream: 'PROOFS',
    signal: AbortSignal.timeout(20_000),
  })) {
    seen.push([seq, event?.id]);
    if (seen.length === 4) break;
    if (seen.length === 2) {
      await crashing.kill();
      await crashing.restart();
      await own.publish(at('five', 'c'));
      await own.publish(at('five', 'd'));
    }
  }
  assert.deepEqual(seen, [
    [1, 'a'],
    [2, 'b'],
    [3, 'c'],
    [4, 'd'],
  ]);
});
