import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Metadata, type ServiceError, status } from '@grpc/grpc-js';
import * as fc from 'fast-check';
import { RpcError } from './error.ts';
import { decodeStatus, encodeStatus } from './rich-status.ts';

const TRAILER = 'grpc-status-details-bin';

function received(code: number, trailer?: Uint8Array): ServiceError {
  const metadata = new Metadata();
  if (trailer !== undefined) metadata.set(TRAILER, Buffer.from(trailer));
  return Object.assign(new Error('x'), { code, details: 'said', metadata });
}

test('what is encoded is decoded', () => {
  const sent = new RpcError('RESOURCE_EXHAUSTED', 'the queue is full', { reason: 'QUEUE_FULL', retryDelayMs: 12_345 });
  const wire = encodeStatus(sent);
  assert.equal(wire.code, status.RESOURCE_EXHAUSTED);
  const got = decodeStatus(Object.assign(new Error('x'), wire));
  assert.deepEqual(
    [got.code, got.message, got.reason, got.retryDelayMs, got.remote],
    [sent.code, sent.message, sent.reason, sent.retryDelayMs, true],
  );
});

test('any bytes in the trailer leave code and message as they are', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (trailer) => {
      const { code, message } = decodeStatus(received(status.NOT_FOUND, trailer));
      assert.deepEqual([code, message], ['NOT_FOUND', 'said']);
    }),
  );
});

test('every cut of a real trailer is survived', () => {
  const fieldViolations = [{ field: 'scope', description: 'must be bank/product/period' }];
  const { metadata } = encodeStatus(new RpcError('INVALID_ARGUMENT', 'm', { fieldViolations, retryDelayMs: 5 }));
  const trailer = metadata.get(TRAILER)[0];
  assert.ok(trailer instanceof Buffer);
  for (let length = 0; length < trailer.length; length++) {
    assert.equal(decodeStatus(received(status.INVALID_ARGUMENT, trailer.subarray(0, length))).code, 'INVALID_ARGUMENT');
  }
});

test('a code that is none is UNKNOWN', () => {
  for (const code of [status.OK, 17, -1, 1.5]) assert.equal(decodeStatus(received(code)).code, 'UNKNOWN');
});

test('a delay is never told as shorter than it is, nor as negative', () => {
  const told = (retryDelayMs: number): number | undefined =>
    decodeStatus(Object.assign(new Error('x'), encodeStatus(new RpcError('UNAVAILABLE', 'm', { retryDelayMs }))))
      .retryDelayMs;
  assert.deepEqual([told(0.2), told(999.5), told(-5), told(0)], [1, 1000, 0, 0]);
});
