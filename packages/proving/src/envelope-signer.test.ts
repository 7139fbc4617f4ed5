import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { ed25519 } from '@noble/curves/ed25519.js';
import { ed25519FileSigner } from './envelope-signer.ts';

function keyFile(t: TestContext, seed: Uint8Array): string {
  const dir = mkdtempSync(join(tmpdir(), 'assay-signer-'));
  t.after(() => rmSync(dir, { recursive: true }));
  writeFileSync(join(dir, 'envelope.key'), seed);
  return join(dir, 'envelope.key');
}

test('signs the bytes that another implementation of RFC 8032 signs with the same seed', async (t) => {
  const seed = ed25519.utils.randomSecretKey();
  const signer = ed25519FileSigner(keyFile(t, seed));
  assert.deepEqual(signer.publicKey, ed25519.getPublicKey(seed));
  for (const message of [new Uint8Array(), new Uint8Array(3_000).fill(7)]) {
    assert.deepEqual(await signer.sign(message), ed25519.sign(message, seed));
  }
});

test('a file of another length is no key', (t) => {
  for (const length of [0, 31, 64]) {
    assert.throws(() => ed25519FileSigner(keyFile(t, new Uint8Array(length))), { code: 'BAD_KEY' });
  }
});
