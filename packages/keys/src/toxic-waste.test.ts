import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { parseVerificationKey, SCALAR_FIELD_ORDER } from '@assay/groth16';
import { bn254 } from '@noble/curves/bn254.js';
import { rootOfUnity } from './domain.ts';
import { areSound, developmentSecrets } from './toxic-waste.ts';

const R1CS = 'ab'.repeat(32);

test('secrets are SHA-512 of the documented lines, modulo r', () => {
  const secrets = developmentSecrets('eligibility', R1CS, 15);
  for (const [name, value] of Object.entries(secrets)) {
    const lines = `assay development key, insecure by construction\neligibility\n${R1CS}\n${name}\n0\n`;
    assert.equal(value, BigInt(`0x${createHash('sha512').update(lines).digest('hex')}`) % SCALAR_FIELD_ORDER);
  }
});

test('statement and circuit each change every secret', () => {
  const all = [
    developmentSecrets('eligibility', R1CS, 15),
    developmentSecrets('fairness', R1CS, 15),
    developmentSecrets('eligibility', 'cd'.repeat(32), 15),
  ].flatMap((secrets) => Object.values(secrets));
  assert.equal(new Set(all).size, all.length);
});

test('zero, equal values and roots of unity are no secrets', () => {
  const good = { tau: 2n, alpha: 3n, beta: 4n, gamma: 5n, delta: 6n };
  assert.equal(areSound(good, 15), true);
  for (const name of Object.keys(good)) assert.equal(areSound({ ...good, [name]: 0n }, 15), false);
  assert.equal(areSound({ ...good, delta: good.gamma }, 15), false);
  for (const tau of [1n, rootOfUnity(15), rootOfUnity(16)]) assert.equal(areSound({ ...good, tau }, 15), false);
  assert.equal(areSound({ ...good, tau: rootOfUnity(17) }, 15), true);
});

test('the published secrets come out, and the published key follows from them', async () => {
  const path = new URL('../../../docs/spec/vectors/groth16.json', import.meta.url);
  const { developmentSecrets: published, verificationKey } = JSON.parse(await readFile(path, 'utf8'));
  const secrets = developmentSecrets(published.statement, published.r1csSha256, Math.log2(published.domainSize));
  for (const [name, value] of Object.entries(secrets)) assert.equal(value, BigInt(published[name]));
  const { alpha, beta, gamma, delta } = parseVerificationKey(verificationKey.json);
  const { G1, G2 } = bn254;
  assert.deepEqual(G1.Point.BASE.multiply(secrets.alpha).toAffine(), alpha);
  assert.deepEqual(G2.Point.BASE.multiply(secrets.beta).toAffine(), beta);
  assert.deepEqual(G2.Point.BASE.multiply(secrets.gamma).toAffine(), gamma);
  assert.deepEqual(G2.Point.BASE.multiply(secrets.delta).toAffine(), delta);
});
