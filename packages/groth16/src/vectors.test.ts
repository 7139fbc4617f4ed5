import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { decodeProof, encodeProof, parseProof } from './proof.ts';
import { parseVerificationKey, verificationKeyHash } from './verification-key.ts';
import { verifyGroth16 } from './verify-groth16.ts';

const path = new URL('../../../docs/spec/vectors/groth16.json', import.meta.url);
const vectors = JSON.parse(await readFile(path, 'utf8'));

test('the published key has the published hash', () => {
  const key = parseVerificationKey(vectors.verificationKey.json);
  assert.equal(Buffer.from(verificationKeyHash(key)).toString('hex'), vectors.verificationKey.sha256);
});

test('the published proof has the published bytes, and verifies', () => {
  const proof = parseProof(vectors.proof.json);
  assert.equal(Buffer.from(encodeProof(proof)).toString('hex'), vectors.proof.hex);
  assert.deepEqual(decodeProof(Buffer.from(vectors.proof.hex, 'hex')), proof);
  const key = parseVerificationKey(vectors.verificationKey.json);
  assert.deepEqual(verifyGroth16(key, vectors.proof.publicSignals.map(BigInt), proof), { ok: true });
});

test('the bytes that are published as refused are refused', () => {
  assert.ok(vectors.proof.refused.length > 0);
  for (const { why, hex } of vectors.proof.refused) {
    assert.throws(() => decodeProof(Buffer.from(hex, 'hex')), { code: 'MALFORMED_PROOF' }, why);
  }
});

test('the published bytes with B outside G2 are read, and refused when verified', () => {
  const proof = decodeProof(Buffer.from(vectors.proof.outsideSubgroup, 'hex'));
  const key = parseVerificationKey(vectors.verificationKey.json);
  const verdict = verifyGroth16(key, vectors.proof.publicSignals.map(BigInt), proof);
  assert.deepEqual(verdict, { ok: false, reason: 'POINT_OUTSIDE_SUBGROUP' });
});
