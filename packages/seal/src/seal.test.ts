import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withdrawalJobs } from './jobs.ts';
import { seal, unseal } from './seal.ts';
import { generateSealingKey, parsePublicSealingKey, parseSealingKey, publicSealingKey } from './sealing-key.ts';

const plaintext = new TextEncoder().encode('a secret of somebody');

test('only the recipient opens what was sealed, and only for its use', async () => {
  const key = await generateSealingKey();
  const sealed = await seal(plaintext, 'application', publicSealingKey(key));
  assert.deepEqual(new Uint8Array(await unseal(sealed, 'application', key)), plaintext);
  assert.equal(Buffer.from(sealed).includes('secret'), false);
  await assert.rejects(unseal(sealed, 'withdrawal', key), { code: 'SEAL_REFUSED' });
  await assert.rejects(unseal(sealed, 'application', await generateSealingKey()), { code: 'SEAL_REFUSED' });
});

test('every changed byte is refused', async () => {
  const key = await generateSealingKey();
  const sealed = await seal(plaintext, 'window-sums', publicSealingKey(key));
  for (let at = 0; at < sealed.length; at += 7) {
    const changed = sealed.slice();
    changed[at] = changed[at] === 0x41 ? 0x42 : 0x41;
    await assert.rejects(unseal(changed, 'window-sums', key), { code: 'SEAL_REFUSED' });
  }
});

test('keys survive their JSON form and are named by their thumbprint', async () => {
  const key = await generateSealingKey();
  const json = new TextEncoder().encode(JSON.stringify(key));
  assert.deepEqual(await parseSealingKey(json), key);
  assert.deepEqual(await parsePublicSealingKey(json), publicSealingKey(key));
  await assert.rejects(parseSealingKey(new TextEncoder().encode(JSON.stringify(publicSealingKey(key)))), {
    code: 'KEY_UNSUPPORTED',
  });
});

test('a job survives its encoding', () => {
  const job = { applicationId: 'a-1', request: { requestId: 'r', applicationId: 'a-1', reason: 1 as const } };
  assert.deepEqual(withdrawalJobs.decode(withdrawalJobs.encode(job)), job);
  assert.throws(() => withdrawalJobs.decode(Uint8Array.of(9, 1)), { code: 'SEAL_REFUSED' });
});
