import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { ed25519NoteSigner, encodeVerifierKey, type NoteSigner } from '@assay/tlog';
import { type PrunedBlob, signPruning } from '@assay/verify';
import { Archive, type NewEntry } from './archive.ts';
import { fsck } from './fsck.ts';
import { blobDigest, blobPath } from './layout.ts';
import { prunedBlobs } from './pruned-blobs.ts';

const ORIGIN = 'example.com/pruned';
const signer = ed25519NoteSigner(ORIGIN, new Uint8Array(32).fill(3));
const vkey = encodeVerifierKey(signer);
const NOW = Date.UTC(2036, 0, 1);
const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const blobs = Array.from({ length: 300 }, (_, n) => text(`blob ${n}`));
const digests = blobs.map((blob) => Buffer.from(blobDigest(blob)).toString('hex'));
/** Each leaf is the digest of its blob. */
const entries: NewEntry[] = blobs.map((blob, n) => ({ leaf: text(digests[n]!), blobs: [blob] }));
const blobsOf = (leaf: Uint8Array): Uint8Array[] => [Buffer.from(new TextDecoder().decode(leaf), 'hex')];

function removal(index: number, changes: Partial<PrunedBlob> = {}): PrunedBlob {
  const place = { retentionClass: 'standard', scope: 'acme/loans/2026', window: 1 };
  return { index, digest: digests[index]!, until: NOW - 1, ...place, ...changes };
}

async function filled(t: TestContext): Promise<string> {
  const dir = mkdtempSync(join(tmpdir(), 'assay-pruning-'));
  t.after(() => rmSync(dir, { recursive: true }));
  await using archive = await Archive.open(dir, { origin: ORIGIN, signer });
  await archive.appendBatch(entries);
  return dir;
}

const fileOf = (dir: string, index: number): string => join(dir, blobPath(Buffer.from(digests[index]!, 'hex')));
const codes = async (dir: string): Promise<readonly string[]> =>
  (await fsck(dir, vkey, { blobsOf })).problems.map(({ code }) => code);

test('what is removed is listed first, and told from what is missing', async (t) => {
  const dir = await filled(t);
  await using archive = await Archive.open(dir, { origin: ORIGIN, signer });
  const root = archive.checkpoint().root;
  assert.equal(await archive.prune({ prunedAt: NOW, blobs: [removal(3), removal(4)] }), 2);
  assert.equal(await archive.prune({ prunedAt: NOW, blobs: [removal(4), removal(5)] }), 1);
  assert.equal(await archive.blob(Buffer.from(digests[3]!, 'hex')), undefined);
  assert.deepEqual(archive.pruned.get(digests[5]!), { ...removal(5), prunedAt: NOW });
  assert.deepEqual(await prunedBlobs(dir, vkey), archive.pruned);
  await archive.appendBatch([{ leaf: text('more'), blobs: [] }]);
  assert.notDeepEqual(archive.checkpoint().root, root);
  await archive.close();
  const report = await fsck(dir, vkey, { blobsOf: (leaf, index) => (index < 300 ? blobsOf(leaf) : []) });
  assert.deepEqual(report.problems, []);
  assert.deepEqual(
    report.pruned.map(({ index }) => index),
    [3, 4, 5],
  );
  rmSync(fileOf(dir, 6));
  const [problem, ...others] = (await fsck(dir, vkey, { blobsOf: (leaf, index) => (index < 300 ? blobsOf(leaf) : []) }))
    .problems;
  assert.deepEqual([problem?.code, problem?.entry, others.length], ['blob-missing', 6, 0]);
});

test('a crash behind the record leaves blobs that the next opening removes', async (t) => {
  const dir = await filled(t);
  const files = readdirSync(dir);
  await using archive = await Archive.open(dir, { origin: ORIGIN, signer });
  await archive.prune({ prunedAt: NOW, blobs: [removal(7)] });
  await archive.close();
  assert.deepEqual(readdirSync(dir).sort(), [...files, 'pruned'].sort());
  writeFileSync(fileOf(dir, 7), blobs[7]!);
  assert.deepEqual(await codes(dir), []);
  await (await Archive.open(dir, { origin: ORIGIN, signer })).close();
  assert.ok(!existsSync(fileOf(dir, 7)));
});

for (const [what, record, by] of [
  ['another key', [removal(1)], ed25519NoteSigner(ORIGIN, new Uint8Array(32).fill(4))],
  ['a retention that had not ended', [removal(1, { until: NOW + 1 })], signer],
] as const satisfies readonly (readonly [string, readonly PrunedBlob[], NoteSigner])[]) {
  test(`a record is refused: ${what}`, async (t) => {
    const dir = await filled(t);
    await using archive = await Archive.open(dir, { origin: ORIGIN, signer });
    await archive.prune({ prunedAt: NOW, blobs: [removal(0)] });
    await archive.close();
    const note = await signPruning(ORIGIN, { prunedAt: NOW, blobs: record }, by);
    writeFileSync(join(dir, 'pruned/000002'), note);
    rmSync(fileOf(dir, 1));
    assert.deepEqual(await codes(dir), ['pruning-refused', 'blob-missing']);
    await assert.rejects(Archive.open(dir, { origin: ORIGIN, signer }), { code: 'pruning-refused' });
  });
}

test('a record that was changed, or names another entry, excuses nothing', async (t) => {
  const dir = await filled(t);
  await using archive = await Archive.open(dir, { origin: ORIGIN, signer });
  await archive.prune({ prunedAt: NOW, blobs: [removal(0), removal(2, { index: 9 })] });
  await archive.close();
  assert.deepEqual(await codes(dir), ['blob-missing']);
  const path = join(dir, 'pruned/000001');
  writeFileSync(path, readFileSync(path, 'utf8').replace(digests[0]!, digests[1]!));
  assert.deepEqual(await codes(dir), ['pruning-refused', 'blob-missing', 'blob-missing']);
});
