import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ed25519NoteSigner, encodeVerifierKey, leafHash, parseVerifierKey, verifyTlogProof } from '@assay/tlog';
import { Archive, type NewEntry } from './archive.ts';

const signer = ed25519NoteSigner('INSECURE-DEMO/test', new Uint8Array(32).fill(1));
const key = parseVerifierKey(encodeVerifierKey(signer));
const entryOf = (n: number): NewEntry => ({ leaf: Buffer.from(`leaf ${n}`), blobs: [Buffer.from(`blob ${n}`)] });

test('smoke', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'archive-'));
  try {
    let n = 0;
    for (const size of [1, 2, 250, 10, 600, 1, 3000]) {
      const archive = await Archive.open(dir, { origin: signer.name, signer });
      await assert.rejects(Archive.open(dir, { origin: signer.name, signer }), { code: 'locked' });
      const { indices, checkpoint } = await archive.appendBatch(Array.from({ length: size }, (_, i) => entryOf(n + i)));
      assert.equal(indices[0], n);
      n += size;
      assert.equal(checkpoint.size, n);
      for (const i of [0, n >> 1, n - 1]) {
        const leaf = await archive.entry(i);
        const receipt = await archive.receipt(i);
        verifyTlogProof(receipt, leafHash(leaf), { origin: signer.name, logKeys: [key] });
      }
      await archive.close();
    }
  } finally {
    rmSync(dir, { recursive: true });
  }
});
