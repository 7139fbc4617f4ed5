import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type MsgHdrs, MsgHdrsImpl } from '@nats-io/nats-core';
import fc from 'fast-check';
import { type BusEvent, decodeEvent, encodeEvent, newEvent } from './event.ts';
import { MAX_DATA_BYTES } from './limits.ts';
import { proofSubject } from './subjects.ts';

const event: BusEvent = {
  id: 'sha256:abc',
  source: 'urn:assay:kyc-prover:acme',
  type: 'urn:assay:proof:v1',
  subject: proofSubject('acme', 'decision'),
  time: '2030-01-02T03:04:05.678Z',
  about: 'op-7',
  contentType: 'application/json',
  extensions: { dlqreason: 'X' },
  data: Uint8Array.of(1, 2, 3),
};

function wire(of: BusEvent, change: (headers: MsgHdrs) => void = () => undefined) {
  const changed = encodeEvent(of);
  change(changed);
  return { subject: of.subject, headers: MsgHdrsImpl.decode((changed as MsgHdrsImpl).encode()), data: of.data };
}

test('writes the headers of the CloudEvents NATS binding, binary mode', () => {
  assert.deepEqual(Object.fromEntries(encodeEvent(event)), {
    'ce-specversion': ['1.0'],
    'ce-id': ['sha256:abc'],
    'ce-source': ['urn:assay:kyc-prover:acme'],
    'ce-type': ['urn:assay:proof:v1'],
    'ce-time': ['2030-01-02T03:04:05.678Z'],
    'ce-datacontenttype': ['application/json'],
    'ce-subject': ['op-7'],
    'ce-dlqreason': ['X'],
  });
});

test('reads what it wrote', () => {
  assert.deepEqual(decodeEvent(wire(event)), event);
  const value = fc.stringMatching(/^[\x21\x23\x24\x26-\x7e]{1,200}$/);
  fc.assert(
    fc.property(value, value, value, fc.uint8Array(), (id, source, type, data) => {
      const made = newEvent({ id, source, type, subject: event.subject, contentType: 'application/jose', data });
      assert.deepEqual(decodeEvent(wire(made)), made);
    }),
  );
});

test('refuses to write values that the headers cannot carry as they are', () => {
  for (const id of ['', ' ', 'a b', 'a"', '50%', 'ü', 'a\r\nce-type: other', 'x'.repeat(201)]) {
    assert.throws(() => encodeEvent({ ...event, id }), { code: 'BAD_EVENT' });
  }
  for (const time of ['2030-01-02T03:04:05Z', '2030-13-02T03:04:05.000Z', '2030-01-02T03:04:05.000+01:00']) {
    assert.throws(() => encodeEvent({ ...event, time }), { code: 'BAD_EVENT' });
  }
  for (const name of ['type', 'Upper', 'with-dash', '']) {
    assert.throws(() => encodeEvent({ ...event, extensions: { [name]: 'x' } }), { code: 'BAD_EVENT' });
  }
  assert.throws(() => encodeEvent({ ...event, data: new Uint8Array(MAX_DATA_BYTES + 1) }), {
    code: 'MESSAGE_TOO_LARGE',
  });
});

test('refuses to read what is incomplete, repeated, of another version or mode, without repeating its bytes', () => {
  const changes: ((h: MsgHdrs) => void)[] = [
    ...['specversion', 'id', 'source', 'type', 'time', 'datacontenttype'].map(
      (name) => (h: MsgHdrs) => h.delete(`ce-${name}`),
    ),
    (h) => h.set('ce-specversion', '0.3'),
    (h) => h.append('ce-id', 'canary'),
    (h) => h.set('CE-ID', 'canary'),
    (h) => h.set('ce-id', 'canary value'),
    (h) => h.set('ce-id', ''),
    (h) => h.set('ce-time', 'canary'),
    (h) => h.set('ce-dataschema', 'canary'),
    (h) => h.set('ce-under_score', 'canary'),
    (h) => h.set('content-type', 'application/cloudevents+json'),
  ];
  for (const change of changes) {
    assert.throws(
      () => decodeEvent(wire(event, change)),
      (error: Error & { code?: string }) => error.code === 'BAD_EVENT' && !error.message.includes('canary'),
    );
  }
  assert.throws(() => decodeEvent({ subject: event.subject, data: event.data }), { code: 'BAD_EVENT' });
  assert.throws(() => decodeEvent({ ...wire(event), subject: 'assay.v1.acme.job.UPPER' }), { code: 'BAD_SUBJECT' });
});

test('passes over headers that are not of the event', () => {
  const read = decodeEvent(wire(event, (h) => h.set('Nats-Msg-Id', 'a b c')));
  assert.deepEqual(read, event);
});
