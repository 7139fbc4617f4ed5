import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { Archive, type NewEntry } from './archive.ts';
import { BlobThread } from './blob-thread.ts';
import { BlobsAhead } from './blobs-ahead.ts';
import { FailingFiles } from './failing-files.ts';
import { blobEntry, blobsOf, options, plainEntry, withDirectory } from './fixture.ts';
import { BLOBS, blobDigest, blobPath } from './layout.ts';
import { ArchiveReader } from './reader.ts';

const text = (bytes: Uint8Array | undefined): string | undefined => bytes && new TextDecoder().decode(bytes);
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const blobOf = (leaf: Uint8Array): string | undefined => blobsOf(leaf).map(hex)[0];
const NEVER = Number.POSITIVE_INFINITY;

/** More than two groups; every third has no blob, and that of 400 is larger than a thread first has room for. */
const SIZE = 600;
const LOGGED: readonly NewEntry[] = Array.from({ length: SIZE }, (_, n) => {
  if (n % 3 === 0) return plainEntry(`leaf ${n}`);
  return n === 400 ? largeEntry() : blobEntry(`leaf ${n}`);
});
const digestOf = (n: number): Uint8Array => blobsOf(LOGGED[n]!.leaf)[0]!;

function largeEntry(): NewEntry {
  const blob = new Uint8Array(300_000).fill(120);
  return { leaf: Buffer.concat([Buffer.from('large|'), blobDigest(blob)]), blobs: [blob] };
}

async function withLog(run: (reader: ArchiveReader, dir: string) => Promise<void>): Promise<void> {
  await withDirectory(async (dir) => {
    await using log = await Archive.open(dir, { ...options, files: new FailingFiles('error') });
    await log.appendBatch(LOGGED);
    await run(new ArchiveReader(dir, log.checkpoint()), dir);
  });
}

/** All that it gives: entries, each with its blob, read when its turn comes. */
async function given(reader: ArchiveReader, from: number, fewestEntries: number): Promise<unknown[]> {
  await using ahead = new BlobsAhead(reader, { from, blobOf, fewestEntries });
  const all: unknown[] = [];
  for await (const { index, leaf } of ahead.entries())
    all.push([index, text(leaf), blobsOf(leaf).map((digest) => text(ahead.blobSync(digest)))]);
  return all;
}

describe('reading ahead', () => {
  test('gives the entries with their blobs as the reader does, from any entry on', async () => {
    await withLog(async (reader) => {
      for (const from of [0, 255, 256, 500, SIZE]) {
        const ahead = await given(reader, from, 0);
        assert.equal(ahead.length, SIZE - from);
        assert.deepEqual(ahead, await given(reader, from, NEVER));
      }
    });
  });

  test('has blobs in memory that are gone when they are asked for', async () => {
    await withLog(async (reader, dir) => {
      await using ahead = new BlobsAhead(reader, { blobOf, fewestEntries: 0 });
      const entries = ahead.entries();
      await entries.next();
      rmSync(join(dir, BLOBS), { recursive: true });
      assert.equal(text(ahead.blobSync(digestOf(1))), 'blob of leaf 1');
      // It hands out each once: the second time, it is read.
      assert.equal(ahead.blobSync(digestOf(1)), undefined);
      await entries.return(undefined);
    });
  });

  test('says what the reader says of a blob that is missing, and of one that is another', async () => {
    await withLog(async (reader, dir) => {
      rmSync(join(dir, blobPath(digestOf(1))));
      writeFileSync(join(dir, blobPath(digestOf(2))), 'another');
      await using ahead = new BlobsAhead(reader, { blobOf, fewestEntries: 0 });
      for await (const { index } of ahead.entries()) {
        if (index === 1) assert.equal(ahead.blobSync(digestOf(1)), undefined);
        if (index === 2) assert.throws(() => ahead.blobSync(digestOf(2)), { code: 'corrupt' });
        if (index === 4) assert.equal(text(ahead.blobSync(digestOf(4))), 'blob of leaf 4');
      }
    });
  });

  test('says what the reader says of an entry that is not the one that was logged', async () => {
    await withLog(async (reader, dir) => {
      writeFileSync(join(dir, 'tile/entries/001'), 'another');
      await using ahead = new BlobsAhead(reader, { blobOf, fewestEntries: 0 });
      const all = async (): Promise<void> => {
        for await (const entry of ahead.entries()) assert.ok(entry.index < 256);
      };
      await assert.rejects(all(), { code: 'corrupt' });
    });
  });
});

describe('a thread that reads blobs', () => {
  test('gives nothing once it has ended, and lets nobody wait', async () => {
    await withLog(async ({ dir }) => {
      const request = { folder: join(dir, BLOBS, 'sha256'), digests: [hex(digestOf(1))] };
      const thread = new BlobThread();
      assert.equal(text((await thread.read(request)).get(hex(digestOf(1)))), 'blob of leaf 1');
      const late = thread.read(request);
      await thread[Symbol.asyncDispose]();
      assert.ok((await late).size <= 1);
      assert.equal((await thread.read(request)).size, 0);
    });
  });
});
