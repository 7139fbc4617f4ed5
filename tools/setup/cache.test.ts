import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { contentHash, exists, pointLink, publishFolder, writeWhole } from './cache.ts';

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-cache-'));
});
after(() => rm(folder, { recursive: true }));

test('of two that publish one folder at once, one wins and both go on', async () => {
  const target = join(folder, 'both');
  const barrier = Promise.withResolvers<void>();
  let inside = 0;
  const publish = (text: string): Promise<void> =>
    publishFolder(target, async (temporary) => {
      await writeFile(join(temporary, 'file'), text);
      inside += 1;
      if (inside === 2) barrier.resolve();
      await barrier.promise;
    });
  await Promise.all([publish('one'), publish('two')]);
  assert.match(await readFile(join(target, 'file'), 'utf8'), /^(one|two)$/);
  assert.deepEqual(
    (await readdir(folder)).filter((name) => name.startsWith('.both')),
    [],
  );
});

test('a folder whose filling fails does not appear, and leaves nothing', async () => {
  const target = join(folder, 'never');
  const failing = publishFolder(target, async (temporary) => {
    await writeFile(join(temporary, 'half'), '');
    throw new Error('no more disk');
  });
  await assert.rejects(failing, /no more disk/);
  assert.equal(await exists(target), false);
  assert.deepEqual(
    (await readdir(folder)).filter((name) => name.includes('never')),
    [],
  );
});

test('a published folder is not made again', async () => {
  const target = join(folder, 'once');
  await publishFolder(target, (temporary) => writeFile(join(temporary, 'file'), ''));
  await publishFolder(target, () => assert.fail('made twice'));
});

test('files and links are replaced', async () => {
  const path = join(folder, 'current');
  await writeWhole(path, 'old');
  await writeWhole(path, 'new');
  assert.equal(await readFile(path, 'utf8'), 'new');
  await pointLink(path, '/nowhere');
  assert.equal(await readlink(path), '/nowhere');
});

test('lists of parts that run together have different hashes', () => {
  assert.notEqual(contentHash(['ab', 'c']), contentHash(['a', 'bc']));
  assert.notEqual(contentHash(['a', '']), contentHash(['a']));
});
