import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { Archive } from './archive.ts';
import { ArchiveIndex, type IndexDefinition } from './archive-index.ts';
import { FailingFiles } from './failing-files.ts';
import { blobEntry, blobsOf, options, plainEntry, withDirectory } from './fixture.ts';

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

let applied = 0;
const definition: IndexDefinition = {
  version: 1,
  schemaSql: 'CREATE TABLE leaf (entry INTEGER PRIMARY KEY, text TEXT NOT NULL, blob TEXT) STRICT',
  prepare: (db) => {
    const insert = db.prepare('INSERT INTO leaf VALUES (?, ?, ?)');
    return (index, leaf, blobs) => {
      const blob = blobsOf(leaf).map((digest) => blobs(digest))[0];
      insert.run(index, text(leaf.subarray(0, 6)), blob ? text(blob) : null);
      applied++;
    };
  },
};

const rows = (index: ArchiveIndex): unknown[] =>
  index.db.prepare('SELECT entry, text, blob FROM leaf ORDER BY entry').all();
const batch = (from: number, count: number) => Array.from({ length: count }, (_, n) => plainEntry(`leaf ${from + n}`));

async function withLog(run: (log: Archive, path: string, dir: string) => Promise<void>): Promise<void> {
  await withDirectory(async (dir) => {
    await using log = await Archive.open(join(dir, 'log'), { ...options, files: new FailingFiles('error') });
    await run(log, join(dir, 'made/index.sqlite'), dir);
  });
}

describe('an index', () => {
  test('follows the log, across restarts, each entry once', async () => {
    await withLog(async (log, path) => {
      await log.appendBatch([...batch(0, 3), blobEntry('withblob')]);
      let index = await ArchiveIndex.open(path, log.reader, definition);
      assert.equal(index.size, 4);
      assert.deepEqual(
        rows(index).map((row) => ({ ...(row as object) })),
        [
          { entry: 0, text: 'leaf 0', blob: null },
          { entry: 1, text: 'leaf 1', blob: null },
          { entry: 2, text: 'leaf 2', blob: null },
          { entry: 3, text: 'withbl', blob: 'blob of withblob' },
        ],
      );
      await log.appendBatch(batch(4, 2));
      assert.deepEqual(await Promise.all([index.catchUp(log.reader), index.catchUp(log.reader)]), [2, 0]);
      await index.close();
      await log.appendBatch(batch(6, 2500));
      applied = 0;
      index = await ArchiveIndex.open(path, log.reader, definition);
      assert.equal(applied, 2500);
      assert.equal(rows(index).length, 2506);
      assert.equal(index.db.prepare('PRAGMA journal_mode').get()?.journal_mode, 'wal');
      assert.equal(index.db.prepare('PRAGMA synchronous').get()?.synchronous, 1, 'a power cut may take some');
      await index.close();
    });
  });

  test('is built anew when its file is gone, damaged, or of another version or schema', async () => {
    await withLog(async (log, path) => {
      await log.appendBatch(batch(0, 2000));
      const expected = await (async () => {
        await using index = await ArchiveIndex.open(path, log.reader, definition);
        return rows(index);
      })();
      const whole = readFileSync(path);
      const reopened = async (how: IndexDefinition): Promise<number> => {
        applied = 0;
        await using index = await ArchiveIndex.open(path, log.reader, how);
        assert.equal(index.size, 2000);
        assert.deepEqual(rows(index), expected);
        return applied;
      };
      assert.equal(await reopened(definition), 0);
      rmSync(path);
      assert.equal(await reopened(definition), 2000);
      writeFileSync(path, 'no database');
      assert.equal(await reopened(definition), 2000);
      writeFileSync(path, whole.subarray(0, whole.length / 2));
      assert.equal(await reopened(definition), 2000);
      writeFileSync(path, new Uint8Array(whole).fill(0xa5, 4096, 12_288));
      assert.equal(await reopened(definition), 2000);
      writeFileSync(path, '');
      assert.equal(await reopened(definition), 2000);
      assert.equal(await reopened({ ...definition, version: 2 }), 2000);
      assert.equal(await reopened({ ...definition, version: 2, schemaSql: `${definition.schemaSql};` }), 2000);
    });
  });

  test('is built anew for a log that is shorter than it, or another one', async () => {
    await withLog(async (log, path, dir) => {
      await log.appendBatch(batch(0, 10));
      const old = log.reader;
      await log.appendBatch(batch(10, 10));
      await (await ArchiveIndex.open(path, log.reader, definition)).close();
      applied = 0;
      await (await ArchiveIndex.open(path, old, definition)).close();
      assert.equal(applied, 10);
      await using other = await Archive.open(join(dir, 'other'), { ...options, files: new FailingFiles('error') });
      await other.appendBatch(batch(50, 12));
      applied = 0;
      await using index = await ArchiveIndex.open(path, other.reader, definition);
      assert.equal(applied, 12);
      assert.match(JSON.stringify(rows(index)), /leaf 5/);
    });
  });

  test('takes a batch whole or not at all', async () => {
    await withLog(async (log, path) => {
      await log.appendBatch(batch(0, 5));
      let refuse = true;
      const picky: IndexDefinition = {
        ...definition,
        prepare: (db) => {
          const apply = definition.prepare(db);
          return (index, leaf, blobs) => {
            if (index === 7 && refuse) throw new Error('not this one');
            apply(index, leaf, blobs);
          };
        },
      };
      await using index = await ArchiveIndex.open(path, log.reader, picky);
      await log.appendBatch(batch(5, 5));
      await assert.rejects(index.catchUp(log.reader), { message: 'not this one' });
      assert.equal(index.size, 5);
      assert.equal(rows(index).length, 5);
      refuse = false;
      assert.equal(await index.catchUp(log.reader), 5);
      assert.equal(rows(index).length, 10);
    });
  });

  test('has the indexes of its queries once it is caught up, also where building it was cut off', async () => {
    await withLog(async (log, path) => {
      await log.appendBatch(batch(0, 4000));
      await log.appendBatch(batch(4000, 4000));
      await log.appendBatch(batch(8000, 1000));
      const failing: IndexDefinition = {
        ...definition,
        queriesSql: 'CREATE UNIQUE INDEX IF NOT EXISTS by_text ON leaf (text, entry)',
        prepare: (db) => {
          const apply = definition.prepare(db);
          return (index, leaf, blobs) => {
            if (index === 8500) throw new Error('cut off');
            apply(index, leaf, blobs);
          };
        },
      };
      await assert.rejects(ArchiveIndex.open(path, log.reader, failing), { message: 'cut off' });
      applied = 0;
      await using index = await ArchiveIndex.open(path, log.reader, { ...failing, prepare: definition.prepare });
      assert.equal(applied, 9000 - 8192);
      const plan = index.db.prepare("EXPLAIN QUERY PLAN SELECT entry FROM leaf WHERE text = 'leaf 1'").get();
      assert.match(String(plan?.detail), /by_text/);
    });
  });
});
