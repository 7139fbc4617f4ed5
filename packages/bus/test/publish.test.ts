import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Bus, BusError, MAX_DATA_BYTES, proofSubject, streamName } from '@assay/bus';
import { natsBackend, type TestNats } from '@assay/testkit';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { BANK, connectTo, proof } from './fixture.ts';

let server: TestNats;
let bus: Bus;

before(async () => {
  server = await (await natsBackend()).start();
  bus = await connectTo(server);
  await bus.ensureStreams(BANK);
});

after(async () => {
  await bus.close();
  await server.close();
});

test('says where the event is stored, and that a repetition is one', async () => {
  const event = proof('once');
  const first = await bus.publish(event);
  assert.deepEqual({ ...first, seq: 0 }, { stream: streamName(BANK, 'PROOFS'), seq: 0, duplicate: false });
  assert.deepEqual(await bus.publish(event), { ...first, duplicate: true });
  const again = await bus.publish(event, { dedupeId: 'once~1' });
  assert.deepEqual([again.duplicate, again.seq > first.seq], [false, true]);
});

test('takes the largest event, with the longest attributes, and none larger', async () => {
  const long = 'x'.repeat(200);
  const largest = {
    ...proof(long),
    source: long,
    type: long,
    contentType: long,
    about: long,
    data: new Uint8Array(MAX_DATA_BYTES),
  };
  assert.equal((await bus.publish(largest)).duplicate, false);
  const larger = bus.publish({ ...largest, data: new Uint8Array(MAX_DATA_BYTES + 1) });
  await assert.rejects(larger, { code: 'MESSAGE_TOO_LARGE', lasting: true });
});

test('gives up after its time when no stream takes the subject, and may be repeated', async () => {
  const event = { ...proof('a'), subject: proofSubject('nobody', 'decision') };
  await assert.rejects(bus.publish(event, { timeoutMs: 300 }), { code: 'PUBLISH_TIMEOUT', lasting: false });
});

test('says that a stream is full, and loses nothing that is in it', async () => {
  const nats = await connect({ servers: server.url });
  const manager = await jetstreamManager(nats);
  const name = streamName('small', 'PROOFS');
  await manager.streams.add({ name, subjects: ['assay.v1.small.proof.*'], max_msgs: 1, discard: 'new' });
  const subject = proofSubject('small', 'decision');
  await bus.publish({ ...proof('first'), subject });
  await assert.rejects(bus.publish({ ...proof('second'), subject }), { code: 'STREAM_FULL', lasting: false });
  const { state } = await manager.streams.info(name);
  assert.deepEqual([state.messages, state.first_seq], [1, 1]);
  await nats.close();
});

test('refuses what could never be sent before it is sent', async () => {
  await assert.rejects(bus.publish({ ...proof('a'), id: 'a b' }), { code: 'BAD_EVENT', lasting: true });
});

test('publishes nothing once closed', async () => {
  const other = await connectTo(server);
  await other.close();
  await assert.rejects(other.publish(proof('late')), (error) => error instanceof BusError && error.code === 'CLOSED');
});
