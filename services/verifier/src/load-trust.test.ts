import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { refuseDisguisedKeys } from '@assay/verify';
import { trust, trustBytes } from '../../../packages/verify/test/world.ts';
import { loadTrust } from './load-trust.ts';

const root = mkdtempSync(join(tmpdir(), 'assay-trust-'));
after(() => rmSync(root, { recursive: true }));
const dir = join(root, 'data');
mkdirSync(dir);
const trustFile = join(root, 'trust.json');
writeFileSync(trustFile, trustBytes);

test('development keys are used where they are allowed, and nowhere else', async () => {
  assert.equal((await loadTrust({ dir, trustFile, allowDevelopmentKeys: true })).keyClass, 'development');
  await assert.rejects(loadTrust({ dir, trustFile, allowDevelopmentKeys: false }), { code: 'TRUST' });
});

test('a development key is known by its hash, whatever class it is given', () => {
  const development = new Set([trust.verificationKeys.get('fairness')!.hash]);
  refuseDisguisedKeys(trust, development);
  refuseDisguisedKeys({ ...trust, keyClass: 'ceremony' }, new Set());
  assert.throws(() => refuseDisguisedKeys({ ...trust, keyClass: 'ceremony' }, development), {
    code: 'trust',
    message: /fairness/,
  });
});

test('the trust file lies outside what is trusted by it', async () => {
  const inside = join(dir, '..trust.json');
  writeFileSync(inside, trustBytes);
  await assert.rejects(loadTrust({ dir, trustFile: inside, allowDevelopmentKeys: true }), { code: 'TRUST' });
});

test('a file that is none, and one that is no trust configuration, are named', async () => {
  const none = join(root, 'none.json');
  await assert.rejects(loadTrust({ dir, trustFile: none, allowDevelopmentKeys: true }), { code: 'CONFIG' });
  writeFileSync(none, '{}');
  await assert.rejects(loadTrust({ dir, trustFile: none, allowDevelopmentKeys: true }), { code: 'TRUST' });
});
