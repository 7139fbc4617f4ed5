import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { sha256, sha256Hex } from './index.ts';
import * as native from './native-sha256.ts';
import * as portable from './portable-sha256.ts';

test('Node takes its own SHA-256', () => {
  assert.equal(sha256, native.sha256);
  assert.equal(sha256Hex, native.sha256Hex);
});

test('both implementations give FIPS 180-4\'s digest of "abc"', () => {
  const abc = new TextEncoder().encode('abc');
  for (const { sha256Hex } of [native, portable])
    assert.equal(sha256Hex(abc), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});

test('both implementations give the same, as plain byte arrays', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.uint8Array({ maxLength: 20 }), (bytes, before) => {
      // A view into a larger buffer is hashed, not the buffer.
      const view = new Uint8Array([...before, ...bytes, 1, 2, 3]).subarray(before.length, before.length + bytes.length);
      const digest = native.sha256(view);
      assert.equal(Object.getPrototypeOf(digest), Uint8Array.prototype);
      assert.deepEqual(digest, portable.sha256(bytes));
      assert.equal(native.sha256Hex(view), portable.sha256Hex(bytes));
    }),
  );
});
