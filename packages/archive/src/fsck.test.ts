import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, describe, test } from 'node:test';
import { encodeEntryBundle, encodeVerifierKey, leafHash, parseTilePath, signCheckpoint } from '@assay/tlog';
import { Archive, type NewEntry } from './archive.ts';
import { FailingFiles } from './failing-files.ts';
import { blobEntry, blobsOf, options, plainEntry, signer, vkey, withDirectory } from './fixture.ts';
import { fsck } from './fsck.ts';
import { blobDigest, blobPath } from './layout.ts';

// 515 entries in four appends: two full bundles, a partial one with an older partial beside it, two levels of tiles.
const SIZES = [300, 212, 2, 1];
const LOGGED: NewEntry[] = SIZES.flatMap((size, batch) =>
  Array.from({ length: size }, (_, n) => (n < 2 ? blobEntry(`${batch}-${n}`) : plainEntry(`${batch}-${n}`))),
);

const kept = Promise.withResolvers<void>();
const base = await new Promise<string>((resolve, reject) => {
  withDirectory(async (dir) => {
    const files = new FailingFiles('error');
    await using archive = await Archive.open(dir, { ...options, files });
    let from = 0;
    for (const size of SIZES) {
      await archive.appendBatch(LOGGED.slice(from, from + size));
      from += size;
    }
    await archive.close();
    resolve(dir);
    await kept.promise;
  }).catch(reject);
});
after(() => kept.resolve());

const paths = readdirSync(base, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name).slice(base.length + 1))
  .sort();

const check = (dir: string) => fsck(dir, vkey, { blobsOf });

describe('fsck of a log with three levels of tiles', () => {
  test('names a damaged tile of the level between, and a damaged entry below it', async () => {
    await withDirectory(async (dir) => {
      const archive = await Archive.open(dir, { ...options, files: new FailingFiles('error') });
      for (let from = 0; from < 66_000; from += 4000) {
        const count = Math.min(4000, 66_000 - from);
        await archive.appendBatch(Array.from({ length: count }, (_, n) => plainEntry(`${from + n}`)));
      }
      await archive.close();
      for (const path of ['tile/1/000', 'tile/entries/200']) {
        const bytes = readFileSync(join(dir, path));
        writeFileSync(join(dir, path), flip(bytes, 7 * 32));
        const { problems } = await fsck(dir, vkey);
        const entry = path === 'tile/1/000' ? 7 * 256 : 200 * 256 + 32;
        assert.deepEqual(
          problems.map((found) => [found.file, found.entry]),
          [[path, entry]],
        );
        writeFileSync(join(dir, path), bytes);
      }
      assert.deepEqual((await fsck(dir, vkey)).problems, []);
    });
  });
});

describe('fsck', () => {
  test('finds nothing in an archive as it was written, of which these are the files', async () => {
    const { checkpoint, problems } = await check(base);
    assert.deepEqual(problems, []);
    assert.equal(checkpoint?.size, 515);
    assert.deepEqual(
      paths.filter((path) => !path.startsWith('blob/')),
      [
        'checkpoint',
        'lock',
        'tile/0/000',
        'tile/0/001',
        'tile/0/002.p/2',
        'tile/0/002.p/3',
        'tile/1/000.p/1',
        'tile/1/000.p/2',
        'tile/entries/000',
        'tile/entries/001',
        'tile/entries/002.p/2',
        'tile/entries/002.p/3',
      ],
    );
    assert.equal(paths.length, 12 + 7);
  });

  for (const path of paths.filter((path) => path !== 'lock')) {
    test(`names the file, and the entry in it, when a byte of ${path} is changed`, async () => {
      const bytes = readFileSync(join(base, path));
      const few = bytes.length <= 200 ? [...bytes.keys()] : spread(bytes.length, 40);
      await withDirectory(async (dir) => {
        cpSync(base, dir, { recursive: true });
        for (const at of few) {
          writeFileSync(join(dir, path), flip(bytes, at));
          const { problems } = await check(dir);
          assert.equal(problems.length, 1, `byte ${at}: ${JSON.stringify(problems)}`);
          assert.equal(problems[0]!.file, path, `byte ${at}`);
          assert.equal(problems[0]!.entry, expectedEntry(path, at), `byte ${at}`);
        }
      });
    });

    test(`names the file when ${path} is cut, lengthened, emptied or gone`, async () => {
      const bytes = readFileSync(join(base, path));
      const changes: ((file: string) => void)[] = [
        (file) => writeFileSync(file, bytes.subarray(0, -1)),
        (file) => writeFileSync(file, new Uint8Array([...bytes, 0])),
        (file) => writeFileSync(file, ''),
      ];
      // An older partial tile may be removed once there is a newer checkpoint; nothing is lost with it.
      const older = ['tile/0/002.p/2', 'tile/1/000.p/1', 'tile/entries/002.p/2'].includes(path);
      if (!older) changes.push((file) => rmSync(file));
      for (const change of changes) {
        const problems = await checkChanged(path, change);
        assert.ok(
          problems.some(({ file }) => file === path),
          JSON.stringify(problems),
        );
      }
    });
  }

  test('reports what no archive has, and opens none of it', async () => {
    const strange: Record<string, string> = {
      readme: 'unexpected-file',
      'tile/0/003': 'uncommitted',
      'tile/0/002.p/4': 'uncommitted',
      'tile/entries/002': 'uncommitted',
      'tile/2/000.p/1': 'uncommitted',
      'tile/0/2': 'unexpected-file',
      'tile/0/000.tmp': 'unexpected-file',
      'blob/sha256/00/ff': 'unexpected-file',
      'staging/7': 'uncommitted',
    };
    for (const [path, code] of Object.entries(strange)) {
      const problems = await checkChanged(path, (file) => {
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, 'x');
      });
      assert.deepEqual(
        problems.map(({ code, file }) => [code, file]),
        [[code, path]],
      );
    }
    const link = await checkChanged('tile/0/002.p/1', (file) => symlinkSync('2', file));
    assert.deepEqual(
      link.map(({ code }) => code),
      ['uncommitted'],
    );
    const lock = await checkChanged('lock', (file) => writeFileSync(file, 'x'));
    assert.deepEqual(
      lock.map(({ code, file }) => [code, file]),
      [['unexpected-file', 'lock']],
    );
  });

  test('names a blob that no entry names, and the entry whose blob is not there', async () => {
    const blob = Uint8Array.of(1, 2, 3);
    const extra = blobPath(blobDigest(blob));
    const unreferenced = await checkChanged(extra, (file) => {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, blob);
    });
    assert.deepEqual(
      unreferenced.map(({ code, file }) => [code, file]),
      [['blob-unreferenced', extra]],
    );
    const named = blobPath(blobsOf(LOGGED[301]!.leaf)[0]!);
    const missing = await checkChanged(named, (file) => rmSync(file));
    assert.deepEqual(
      missing.map(({ code, entry }) => [code, entry]),
      [['blob-missing', 301]],
    );
  });

  test('says so when the caller cannot read an entry, and not why', async () => {
    const { problems } = await fsck(base, vkey, {
      blobsOf: (_, index) => {
        if (index === 514) throw new Error('the leaf holds 4711');
        return [];
      },
    });
    const unreadable = problems.filter(({ code }) => code === 'entry-unreadable');
    assert.deepEqual(
      unreadable.map(({ file, entry }) => [file, entry]),
      [['tile/entries/002.p/3', 514]],
    );
    assert.doesNotMatch(JSON.stringify(problems), /4711/);
  });

  test('is not deceived by an entry that was changed together with its tile', async () => {
    const forged = await checkChanged('tile/entries/000', (file) => {
      const leaves = LOGGED.slice(0, 256).map(({ leaf }) => leaf);
      leaves[9] = plainEntry('forged').leaf;
      writeFileSync(file, encodeEntryBundle(leaves));
      const tile = join(dirname(dirname(file)), '0/000');
      const hashes = readFileSync(tile);
      hashes.set(leafHash(leaves[9]), 9 * 32);
      writeFileSync(tile, hashes);
    });
    assert.ok(forged.some(({ file, entry }) => file === 'tile/1/000.p/2' && entry === 0));
    assert.ok(forged.some(({ code }) => code === 'root-mismatch'));
  });

  test('finds two files damaged at once, each by name', async () => {
    const problems = await checkChanged('tile/entries/001', (file) => {
      writeFileSync(file, flip(readFileSync(file), 2));
      const tile = join(dirname(dirname(file)), '0/000');
      writeFileSync(tile, flip(readFileSync(tile), 33));
    });
    assert.deepEqual(
      problems.map(({ code, file, entry }) => [code, file, entry]),
      [
        ['tile-mismatch', 'tile/0/000', 1],
        ['entry-mismatch', 'tile/entries/001', 256],
      ],
    );
  });

  test('finds a rollback and a fork, given a checkpoint that the log must contain', async () => {
    await withDirectory(async (dir) => {
      const log = join(dir, 'log');
      const files = new FailingFiles('error');
      let archive = await Archive.open(log, { ...options, files });
      await archive.appendBatch(LOGGED.slice(0, 5));
      await archive.close();
      cpSync(log, join(dir, 'old'), { recursive: true });
      archive = await Archive.open(log, { ...options, files });
      const { checkpoint } = await archive.appendBatch(LOGGED.slice(5, 9));
      await archive.appendBatch(LOGGED.slice(9, 300));
      await archive.close();
      assert.deepEqual((await fsck(log, vkey, { blobsOf, atLeast: checkpoint.note })).problems, []);
      const rolledBack = await fsck(join(dir, 'old'), vkey, { blobsOf, atLeast: checkpoint.note });
      assert.deepEqual(
        rolledBack.problems.map(({ code }) => code),
        ['rolled-back'],
      );
      archive = await Archive.open(join(dir, 'old'), { ...options, files });
      await archive.appendBatch(LOGGED.slice(20, 30));
      await archive.close();
      const forked = await fsck(join(dir, 'old'), vkey, { blobsOf, atLeast: checkpoint.note });
      assert.deepEqual(
        forked.problems.map(({ code }) => code),
        ['forked'],
      );
      const unsigned = new TextEncoder().encode('x\n1\n');
      await assert.rejects(fsck(log, vkey, { atLeast: unsigned }), { code: 'checkpoint-refused' });
    });
  });

  test('trusts no checkpoint but one by the key it is given, and no line that nobody vouches for', async () => {
    const stranger = { ...signer, publicKey: new Uint8Array(32).fill(5) };
    const refused = await fsck(base, encodeVerifierKey(stranger));
    assert.equal(refused.checkpoint, undefined);
    assert.deepEqual(
      refused.problems.map(({ code, file }) => [code, file]),
      [['checkpoint-refused', 'checkpoint']],
    );
    const { checkpoint } = await check(base);
    const both = await signCheckpoint(checkpoint!, [signer, { ...stranger, name: 'witness.example' }]);
    const unknown = await checkChanged('checkpoint', (file) => writeFileSync(file, both));
    assert.deepEqual(
      unknown.map(({ code }) => code),
      ['signature-unknown'],
    );
  });
});

/** What `fsck` finds in a copy that was changed. */
async function checkChanged(path: string, change: (file: string) => void) {
  return await withDirectory(async (dir) => {
    cpSync(base, dir, { recursive: true });
    change(join(dir, path));
    return (await check(dir)).problems;
  });
}

/** The entry to be named when the byte at `at` of a file is changed. */
function expectedEntry(path: string, at: number): number | undefined {
  const parsed = parseTilePath(path);
  if (parsed?.tile) {
    const { level, index } = parsed.tile;
    return (index * 256 + Math.floor(at / 32)) * 256 ** level;
  }
  if (parsed?.bundle) {
    let entry = parsed.bundle.index * 256;
    for (let end = 0; ; entry++) {
      end += 2 + LOGGED[entry]!.leaf.length;
      if (at < end) return entry;
    }
  }
  const named = LOGGED.findIndex(({ leaf }) => blobsOf(leaf).some((digest) => blobPath(digest) === path));
  return named < 0 ? undefined : named;
}

/** Offsets over a file: its ends, and others evenly between. */
function spread(length: number, count: number): number[] {
  return Array.from({ length: count }, (_, n) => Math.round((n * (length - 1)) / (count - 1)));
}

function flip(bytes: Uint8Array, at: number): Uint8Array {
  return bytes.map((byte, n) => (n === at ? byte ^ (1 << (at & 7)) : byte));
}
