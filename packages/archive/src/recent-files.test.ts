import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { nodeFiles } from './node-files.ts';
import { recentFiles } from './recent-files.ts';

/** A folder, and files that count how often the disk is read. */
function scratch(t: TestContext, capacity?: number) {
  const dir = mkdtempSync(join(tmpdir(), 'assay-recent-'));
  t.after(() => rmSync(dir, { recursive: true }));
  const disk = { reads: 0 };
  const counted = {
    ...nodeFiles,
    read: (path: string) => {
      disk.reads += 1;
      return nodeFiles.read(path);
    },
  };
  return { disk, files: recentFiles(counted, capacity), at: (name: string) => join(dir, name) };
}

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

test('what was written is read from memory under the name it was given last', async (t) => {
  const { disk, files, at } = scratch(t);
  await files.writeSynced(at('staged'), bytes(1, 2, 3));
  await files.rename(at('staged'), at('named'));
  const first = await files.read(at('named'));
  assert.deepEqual(first, bytes(1, 2, 3));
  first!.fill(0);
  assert.deepEqual(await files.read(at('named')), bytes(1, 2, 3), 'what a reader does with it is its own affair');
  assert.deepEqual(files.readSync(at('named')), bytes(1, 2, 3));
  assert.equal(disk.reads, 0);
  assert.deepEqual(await nodeFiles.read(at('named')), bytes(1, 2, 3));
  assert.equal(await files.read(at('staged')), undefined);
});

test('what replaces or removes a file counts', async (t) => {
  const { files, at } = scratch(t);
  await files.writeSynced(at('a'), bytes(1));
  await files.writeSynced(at('b'), bytes(2));
  await files.rename(at('b'), at('a'));
  assert.deepEqual(await files.read(at('a')), bytes(2));
  await files.writeSynced(at('a'), bytes(3));
  assert.deepEqual(await files.read(at('a')), bytes(3));
  assert.equal(await files.remove(at('a')), true);
  assert.equal(await files.read(at('a')), undefined);
  writeFileSync(at('older'), bytes(4));
  await files.writeSynced(at('a'), bytes(5));
  await files.rename(at('older'), at('a'));
  assert.deepEqual(await files.read(at('a')), bytes(4));
});

test('a file that could not be written is not kept, and the oldest give way', async (t) => {
  const { disk, files, at } = scratch(t, 10);
  await assert.rejects(files.writeSynced(at('no/folder'), bytes(1)), { code: 'ENOENT' });
  assert.equal(await files.read(at('no/folder')), undefined);
  disk.reads = 0;
  for (const name of ['a', 'b', 'c']) await files.writeSynced(at(name), bytes(1, 2, 3, 4));
  assert.deepEqual(await files.read(at('c')), bytes(1, 2, 3, 4));
  assert.deepEqual(await files.read(at('b')), bytes(1, 2, 3, 4));
  assert.equal(disk.reads, 0);
  assert.deepEqual(await files.read(at('a')), bytes(1, 2, 3, 4));
  assert.equal(disk.reads, 1);
  await files.writeSynced(at('large'), new Uint8Array(11));
  assert.equal((await files.read(at('large')))?.length, 11);
  assert.equal(disk.reads, 2);
});
