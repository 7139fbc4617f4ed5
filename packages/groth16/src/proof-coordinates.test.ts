import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Groth16Error } from './error.ts';
import type { Groth16Proof } from './proof.ts';
import { decodeCoordinatesOf, encodeCoordinatesOf, PROOF_COORDINATE_BYTES } from './proof-coordinates.ts';

const numbered: Groth16Proof = {
  a: { x: 1n, y: 2n },
  b: { x: { c0: 4n, c1: 3n }, y: { c0: 6n, c1: 5n } },
  c: { x: 7n, y: 8n },
};

test('the bytes are A, B with the imaginary parts first, C', () => {
  const bytes = encodeCoordinatesOf(numbered);
  assert.deepEqual(
    [31, 63, 95, 127, 159, 191, 223, 255].map((at) => bytes[at]),
    [1, 2, 3, 4, 5, 6, 7, 8],
  );
  assert.equal(bytes.length, PROOF_COORDINATE_BYTES);
  assert.deepEqual(decodeCoordinatesOf(bytes), numbered);
});

test('a coordinate that 32 bytes cannot hold stays out of range', () => {
  for (const y of [-1n, 1n << 256n, (1n << 300n) + 2n]) {
    const read = decodeCoordinatesOf(encodeCoordinatesOf({ ...numbered, c: { x: 7n, y } }));
    assert.deepEqual(read, { ...numbered, c: { x: 7n, y: (1n << 256n) - 1n } });
  }
});

test('another length is refused', () => {
  for (const length of [0, 128, 255, 257]) {
    assert.throws(
      () => decodeCoordinatesOf(new Uint8Array(length)),
      (error) => error instanceof Groth16Error && error.code === 'MALFORMED_PROOF',
    );
  }
});
