import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { SCALAR_FIELD_ORDER } from '@assay/groth16';
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
