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
