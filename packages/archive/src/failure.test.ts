import assert from 'node:assert/strict';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { leafHash, verifyConsistency, verifyTlogProof } from '@assay/tlog';
import { Archive, MAX_BATCH, type NewEntry } from './archive.ts';
import { FailingFiles, type Failure } from './failing-files.ts';
import { blobEntry, blobsOf, options, plainEntry, trust, vkey, withDirectory } from './fixture.ts';
import { fsck } from './fsck.ts';
import { ArchiveReader } from './reader.ts';

type Scenario = {
  readonly name: string;
  readonly before: readonly number[];
  readonly cut: number;
  readonly after: number;
};

/** Sizes of the batches before, of the one that fails, and of the one that goes on after it. */
const SCENARIOS: readonly Scenario[] = [
  { name: 'the first append', before: [], cut: 2, after: 1 },
  { name: 'an append that the next one overtakes', before: [4], cut: 6, after: 8 },
  { name: 'an append that fills a tile', before: [252, 1, 1], cut: 4, after: 3 },
];

const batch = (name: string, size: number): NewEntry[] =>
  Array.from({ length: size }, (_, n) => (n < 2 ? blobEntry(`${name} ${n}`) : plainEntry(`${name} ${n}`)));

for (const scenario of SCENARIOS) {
  describe(`${scenario.name}, with each of its file calls failing in turn`, { concurrency: true }, () => {
    for (const failure of ['error', 'crash', 'power cut'] as const) {
      test(`by ${failure}: loses nothing acknowledged, shows nothing half done, goes on`, async () => {
        await withDirectory(async (dir) => {
          const logged = await build(join(dir, 'base'), scenario);
          let acknowledged = false;
          for (let call = 1; !acknowledged; call++) {
            const copy = join(dir, `${call}`);
            cpSync(join(dir, 'base'), copy, { recursive: true });
            acknowledged = await failOnce(copy, scenario, failure, call, logged);
          }
        });
      });
    }
  });
}

test('what a writer removes when it opens the archive does not come back once the log has grown past it', async () => {
  await withDirectory(async (dir) => {
    const first = await Archive.open(dir, { ...options, files: new FailingFiles('error') });
    const { checkpoint } = await first.appendBatch(batch('before', 4));
    await first.close();
    mkdirSync(join(dir, 'tile/0/001.p'));
    writeFileSync(join(dir, 'tile/0/001.p/48'), new Uint8Array(48 * 32));
    const files = new FailingFiles('power cut');
    const archive = await Archive.open(dir, { ...options, files });
    for (const name of ['a', 'b']) await archive.appendBatch(batch(name, MAX_BATCH));
    files.die();
    const reopened = await Archive.open(dir, { ...options, files: new FailingFiles('error') });
    assert.equal(reopened.size, 4 + 2 * MAX_BATCH);
    await reopened.close();
    assert.deepEqual((await fsck(dir, vkey, { blobsOf, atLeast: checkpoint.note })).problems, []);
  });
});

async function build(dir: string, { before }: Scenario): Promise<NewEntry[]> {
  const logged: NewEntry[] = [];
  await using archive = await Archive.open(dir, { ...options, files: new FailingFiles('error') });
  for (const [n, size] of before.entries()) {
    const entries = batch(`before ${n}`, size);
    await archive.appendBatch(entries);
    logged.push(...entries);
  }
  return logged;
}

/** One append whose `call`-th file call fails, and what follows. Gives whether there was no such call. */
async function failOnce(
  dir: string,
  scenario: Scenario,
  failure: Failure,
  call: number,
  logged: readonly NewEntry[],
): Promise<boolean> {
  const files = new FailingFiles(failure);
  const archive = await Archive.open(dir, { ...options, files });
  const head = archive.checkpoint();
  const cut = batch('cut', scenario.cut);
  files.failAt(call);
  const outcome = await archive.appendBatch(cut).catch((error: unknown) => error);
  const acknowledged = !(outcome instanceof Error);
  if (!acknowledged) {
    assert.equal((outcome as Error & { code?: string }).code, 'broken');
    await assert.rejects(archive.appendBatch(cut), { code: 'broken' });
  }
  if (failure === 'error') await archive.close();
  else files.die();

  // Before any repair, whoever opens the directory sees the log without the batch or with all of it.
  const seen = await ArchiveReader.open(dir, vkey);
  const whole = [...logged, ...cut];
  const committed = seen.size === whole.length;
  assert.ok(committed || (!acknowledged && seen.size === logged.length), `size ${seen.size}`);
  if (!committed) assert.deepEqual(seen.checkpoint().note, head.note);

  // The next append goes on from there, with other entries than those that were cut off.
  const filesAfter = new FailingFiles(failure);
  const reopened = await Archive.open(dir, { ...options, files: filesAfter });
  assert.deepEqual(reopened.checkpoint().note, seen.checkpoint().note);
  const after = batch('after', scenario.after);
  await reopened.appendBatch(after);
  const expected = [...(committed ? whole : logged), ...after];
  await assertHolds(reopened, expected);
  if (head.size > 0) {
    const proof = await reopened.consistencyProof(head.size);
    const { size: newSize, root: newRoot } = reopened.checkpoint();
    verifyConsistency({ oldSize: head.size, newSize, oldRoot: head.root, newRoot, proof });
  }
  // That one was acknowledged: whatever ends now, it stays.
  if (failure === 'error') await reopened.close();
  else filesAfter.die();
  const last = await Archive.open(dir, { ...options, files: new FailingFiles('error') });
  await assertHolds(last, expected);
  await last.close();
  const { problems } = await fsck(dir, vkey, { blobsOf, atLeast: head.note });
  // Blobs of the cut batch may have reached the disk: they have the right names, and no entry.
  const serious = problems.filter(({ code }) => code !== 'blob-unreferenced' || committed);
  assert.deepEqual(serious, []);
  return acknowledged;
}

async function assertHolds(archive: Archive, expected: readonly NewEntry[]): Promise<void> {
  assert.equal(archive.size, expected.length);
  for await (const { index, leaf } of archive.entries()) {
    const entry = expected[index]!;
    assert.deepEqual(leaf, entry.leaf);
    for (const digest of blobsOf(leaf)) assert.deepEqual(await archive.blob(digest), entry.blobs[0]);
  }
  const last = expected.length - 1;
  verifyTlogProof(await archive.receipt(last), leafHash(expected[last]!.leaf), trust);
}
