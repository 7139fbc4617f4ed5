import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { BASE_FIELD_ORDER } from './bn254.ts';
import { Groth16Error } from './error.ts';
import { decodeProof, encodeProof, formatProof, type Groth16Proof, PROOF_BYTES, parseProof } from './proof.ts';

const plain = { noNullPrototype: true } as const;
const coordinate = fc.bigInt({ min: 0n, max: BASE_FIELD_ORDER - 1n });
const g1 = fc.record({ x: coordinate, y: coordinate }, plain);
const fq2 = fc.record({ c0: coordinate, c1: coordinate }, plain);
const proof: fc.Arbitrary<Groth16Proof> = fc.record({ a: g1, b: fc.record({ x: fq2, y: fq2 }, plain), c: g1 }, plain);

const isMalformed = (error: unknown) => error instanceof Groth16Error && error.code === 'MALFORMED_PROOF';

test('bytes and JSON give back the proof that they were made of', () => {
  fc.assert(
    fc.property(proof, (value) => {
      assert.deepEqual(decodeProof(encodeProof(value)), value);
      assert.deepEqual(parseProof(JSON.parse(JSON.stringify(formatProof(value)))), value);
    }),
  );
});

test('the bytes are A, B with the imaginary parts first, C', () => {
  const numbered: Groth16Proof = {
    a: { x: 1n, y: 2n },
    b: { x: { c0: 4n, c1: 3n }, y: { c0: 6n, c1: 5n } },
    c: { x: 7n, y: 8n },
  };
  const bytes = encodeProof(numbered);
  assert.equal(bytes.length, PROOF_BYTES);
  assert.deepEqual(
    [31, 63, 95, 127, 159, 191, 223, 255].map((at) => bytes[at]),
    [1, 2, 3, 4, 5, 6, 7, 8],
  );
});

test('other bytes with the same meaning are refused: every coordinate plus q, every other length', () => {
  const bytes = encodeProof(fc.sample(proof, { numRuns: 1, seed: 1 })[0]!);
  for (let at = 0; at < PROOF_BYTES; at += 32) {
    const shifted = Uint8Array.from(bytes);
    const value = BigInt(`0x${Buffer.from(bytes.subarray(at, at + 32)).toString('hex')}`) + BASE_FIELD_ORDER;
    shifted.set(Buffer.from(value.toString(16).padStart(64, '0'), 'hex'), at);
    assert.throws(() => decodeProof(shifted), isMalformed);
  }
  for (const length of [0, 255, 257, 512]) assert.throws(() => decodeProof(new Uint8Array(length)), isMalformed);
  const tooLarge = { ...fc.sample(proof, { numRuns: 1, seed: 1 })[0]!, a: { x: BASE_FIELD_ORDER, y: 1n } };
  assert.throws(() => encodeProof(tooLarge), isMalformed);
});

test('JSON that snarkjs would not write is refused', () => {
  const good = formatProof(fc.sample(proof, { numRuns: 1, seed: 2 })[0]!);
  const refused: unknown[] = [
    null,
    [],
    { ...good, protocol: 'plonk' },
    { ...good, curve: 'bls12381' },
    { ...good, extra: 1 },
    { ...good, pi_a: [`0${good.pi_a[0]}`, good.pi_a[1], '1'] },
    { ...good, pi_a: [`0x${BigInt(good.pi_a[0]).toString(16)}`, good.pi_a[1], '1'] },
    { ...good, pi_a: [`${BigInt(good.pi_a[0]) + BASE_FIELD_ORDER}`, good.pi_a[1], '1'] },
    { ...good, pi_a: [Number(good.pi_a[0]), good.pi_a[1], '1'] },
    { ...good, pi_a: [good.pi_a[0], good.pi_a[1], '2'] },
    { ...good, pi_a: ['0', '1', '0'] },
    { ...good, pi_b: [good.pi_b[0], good.pi_b[1], ['0', '0']] },
    { ...good, pi_b: [good.pi_b[0], good.pi_b[1][0], ['1', '0']] },
    { ...good, pi_c: [...good.pi_c, '1'] },
  ];
  for (const json of refused) assert.throws(() => parseProof(json), isMalformed, JSON.stringify(json));
});
