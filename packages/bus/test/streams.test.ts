import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { BusError, STREAM_LIMITS, type StreamKind, streamName } from '@assay/bus';
import { natsBackend, type TestNats } from '@assay/testkit';
import { type JetStreamManager, jetstreamManager, type StreamConfig } from '@nats-io/jetstream';
import { millis, type NatsConnection } from '@nats-io/nats-core';
import { connect } from '@nats-io/transport-node';
import { BANK, connectTo, proof } from './fixture.ts';

let server: TestNats;
let nats: NatsConnection;
let manager: JetStreamManager;

before(async () => {
  server = await (await natsBackend()).start();
  nats = await connect({ servers: server.url });
  manager = await jetstreamManager(nats);
});

after(async () => {
  await nats.close();
  await server.close();
});

async function configOf(bank: string, kind: StreamKind): Promise<StreamConfig> {
  return (await manager.streams.info(streamName(bank, kind))).config;
}

test('makes the streams of the table of limits, whoever comes first', async () => {
  await using first = await connectTo(server);
  await using second = await connectTo(server);
  await Promise.all([first.ensureStreams(BANK), second.ensureStreams(BANK)]);
  for (const [kind, limits] of Object.entries(STREAM_LIMITS)) {
    const config = await configOf(BANK, kind as StreamKind);
    assert.deepEqual(config.subjects, [`assay.v1.${BANK}.${limits.channel}.*`]);
    assert.equal(config.storage, 'file');
    assert.equal(config.discard, 'new');
    assert.equal(config.retention, limits.retention);
    assert.equal(config.max_bytes, limits.maxBytes);
    assert.equal(millis(config.max_age), limits.maxAgeMs);
    assert.equal(config.max_msg_size, limits.maxMessageBytes);
    assert.equal(millis(config.duplicate_window), limits.duplicateWindowMs);
    assert.deepEqual([config.deny_delete, config.deny_purge], [limits.immutable, limits.immutable]);
  }
});

test('lets nobody delete or purge proofs and archive events', async () => {
  await using bus = await connectTo(server);
  await bus.ensureStreams(BANK);
  const { stream, seq } = await bus.publish(proof('kept'));
  await assert.rejects(manager.streams.deleteMessage(stream, seq));
  await assert.rejects(manager.streams.purge(stream));
  assert.equal((await manager.streams.info(stream)).state.messages, 1);
});

test('names the fields in which an existing stream differs, and changes nothing', async () => {
  const name = streamName('other', 'PROOFS');
  await manager.streams.add({ name, subjects: ['assay.v1.other.proof.*'], discard: 'old' });
  await using bus = await connectTo(server);
  await assert.rejects(bus.ensureStreams('other'), (error: unknown) => {
    assert(error instanceof BusError);
    assert.equal(error.code, 'STREAM_MISMATCH');
    assert.match(error.message, /ASSAY_other_PROOFS .* discard, .*deny_delete/);
    return true;
  });
  assert.equal((await configOf('other', 'PROOFS')).discard, 'old');
});

test('refuses a bank whose name is no token', async () => {
  await using bus = await connectTo(server);
  await assert.rejects(bus.ensureStreams('a.b'), { code: 'BAD_SUBJECT' });
});

test('reports a stream that the server cannot make', async () => {
  await using bus = await connectTo(server, { replicas: 3 });
  await assert.rejects(bus.ensureStreams('replicated'), { code: 'STREAM_MISSING', message: /replicas/ });
});
