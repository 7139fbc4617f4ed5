import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import {
  cosignCheckpoint,
  ed25519NoteSigner,
  encodeWitnessKey,
  leafHash,
  parseNote,
  parseTlogProof,
  parseWitnessKey,
  verifyConsistency,
  verifyInclusion,
  verifyTlogProof,
} from '@assay/tlog';
import { Archive, MAX_BATCH, type NewEntry } from './archive.ts';
import { blobEntry, blobsOf, collect, options, plainEntry, signer, trust, vkey, withDirectory } from './fixture.ts';
import { fsck } from './fsck.ts';
import { blobDigest } from './layout.ts';
import { ArchiveReader } from './reader.ts';

const entries = (from: number, count: number): NewEntry[] =>
  Array.from({ length: count }, (_, n) => plainEntry(`entry ${from + n}`));

describe('an archive', () => {
  test('starts with a signed checkpoint of no entries', async () => {
    await withDirectory(async (dir) => {
      await using archive = await Archive.open(join(dir, 'made/on/the/way'), options);
      assert.equal(archive.checkpoint().size, 0);
      assert.deepEqual(await collect(archive.entries()), []);
      await assert.rejects(archive.entry(0), { code: 'out-of-range' });
      await assert.rejects(archive.receipt(0), { code: 'out-of-range' });
    });
  });

  test('carries cosignatures in its checkpoint and receipts, on disk, until it grows', async () => {
    await withDirectory(async (dir) => {
      const witness = ed25519NoteSigner('witness.example', new Uint8Array(32).fill(3));
      const keys = [parseWitnessKey(encodeWitnessKey(witness))];
      const cosigned = async ({ note }: { readonly note: Uint8Array }): Promise<Uint8Array> =>
        new TextEncoder().encode(await cosignCheckpoint(parseNote(note).text, witness, 5));
      {
        await using archive = await Archive.open(dir, options);
        await archive.appendBatch(entries(0, 2));
        const { note } = archive.checkpoint();
        const [first, again] = await Promise.all([
          archive.cosign(await cosigned({ note }), keys),
          archive.cosign(await cosigned({ note }), keys),
        ]);
        assert.deepEqual([first, again], [true, false], 'a key signs once');
        assert.equal(await archive.cosign(await cosigned({ note }), []), false, 'nobody knows the key');
        const late = await cosigned({ note });
        await archive.appendBatch(entries(2, 1));
        assert.equal(await archive.cosign(late, keys), false, 'the log has grown');
        assert.ok(await archive.cosign(await cosigned(archive.checkpoint()), keys));
      }
      await using archive = await Archive.open(dir, options);
      assert.equal(parseNote(archive.checkpoint().note).signatures.length, 2);
      const receipt = parseTlogProof(await archive.receipt(1));
      assert.deepEqual(receipt.checkpoint, archive.checkpoint().note);
      assert.deepEqual((await fsck(dir, vkey, { blobsOf, otherKeys: keys })).problems, []);
      await archive.close();
      await assert.rejects(archive.cosign(receipt.checkpoint, keys), { code: 'closed' });
    });
  });

  test('gives back entries, blobs, receipts and proofs, also when opened again', async () => {
    await withDirectory(async (dir) => {
      const heads = [];
      const logged: NewEntry[] = [];
      for (const count of [1, 2, 250, 3, 1, 513, 700]) {
        await using archive = await Archive.open(dir, options);
        const batch = [blobEntry(`of ${logged.length}`), ...entries(logged.length + 1, count - 1)];
        const { indices, checkpoint } = await archive.appendBatch(batch);
        assert.deepEqual(
          indices,
          batch.map((_, at) => logged.length + at),
        );
        logged.push(...batch);
        assert.equal(checkpoint.size, logged.length);
        assert.deepEqual(new Uint8Array(readFileSync(join(dir, 'checkpoint'))), checkpoint.note);
        heads.push(checkpoint);
      }
      const reader = await ArchiveReader.open(dir, vkey);
      const read = await collect(reader.entries());
      assert.deepEqual(
        read.map(({ leaf }) => leaf),
        logged.map(({ leaf }) => leaf),
      );
      assert.deepEqual(
        (await collect(reader.entries(255, 258))).map(({ index }) => index),
        [255, 256, 257],
      );
      for (const index of [0, 255, 256, 700, 1469]) {
        const leaf = await reader.entry(index);
        assert.deepEqual(leaf, logged[index]!.leaf);
        const verified = verifyTlogProof(await reader.receipt(index), leafHash(leaf), trust);
        assert.deepEqual([verified.index, verified.checkpoint.size], [index, 1470]);
        const proof = await reader.inclusionProof(index);
        const { size, root } = reader.checkpoint();
        verifyInclusion({ index, size, leafHash: leafHash(leaf), root, proof });
      }
      for (const [n, old] of heads.entries()) {
        for (const later of heads.slice(n)) {
          const proof = await reader.consistencyProof(old.size, later.size);
          const claim = { oldSize: old.size, newSize: later.size, oldRoot: old.root, newRoot: later.root };
          verifyConsistency({ ...claim, proof });
        }
      }
      assert.deepEqual(await reader.blob(blobsOf(logged[3]!.leaf)[0]!), logged[3]!.blobs[0]);
      assert.equal(await reader.blob(blobDigest(Uint8Array.of(1))), undefined);
      assert.deepEqual((await fsck(dir, vkey, { blobsOf })).problems, []);
    });
  });

  test('keeps what it has given to a reader while it grows, and drops partial tiles that are full now', async () => {
    await withDirectory(async (dir) => {
      await using archive = await Archive.open(dir, options);
      await archive.appendBatch(entries(0, 100));
      await archive.appendBatch(entries(100, 1));
      const then = archive.reader;
      const receipt = await then.receipt(40);
      assert.deepEqual(readdirSync(join(dir, 'tile/0/000.p')), ['100', '101']);
      await archive.appendBatch(entries(101, 400));
      assert.deepEqual(readdirSync(join(dir, 'tile/0')), ['000', '001.p']);
      assert.deepEqual(readdirSync(join(dir, 'tile/entries')), ['000', '001.p']);
      assert.equal(then.size, 101);
      assert.deepEqual(await then.receipt(40), receipt);
      assert.equal((await collect(then.entries())).length, 101);
      await assert.rejects(then.entry(101), { code: 'out-of-range' });
      assert.equal(parseTlogProof(await archive.receipt(40)).index, 40);
    });
  });

  test('carries out appends that overlap one after the other', async () => {
    await withDirectory(async (dir) => {
      await using archive = await Archive.open(dir, options);
      const appended = await Promise.all(
        Array.from({ length: 20 }, (_, n) => archive.appendBatch([plainEntry(`${n}`)])),
      );
      assert.deepEqual(
        appended.flatMap(({ indices }) => indices),
        Array.from({ length: 20 }, (_, n) => n),
      );
      const leaves = (await collect(archive.entries())).map(({ leaf }) => new TextDecoder().decode(leaf));
      assert.deepEqual(
        leaves,
        appended.map((_, n) => `${n}`),
      );
    });
  });

  test('does not notice when the caller goes on to use its buffers', async () => {
    await withDirectory(async (dir) => {
      await using archive = await Archive.open(dir, options);
      const leaf = Buffer.from('entry 0');
      await archive.appendBatch([{ leaf, blobs: [] }]);
      leaf.fill(0);
      await archive.appendBatch(entries(1, 1));
      assert.deepEqual((await fsck(dir, vkey)).problems, []);
      assert.deepEqual(await archive.entry(0), plainEntry('entry 0').leaf);
    });
  });

  test('refuses leaves and batches that are too large, and is as it was', async () => {
    await withDirectory(async (dir) => {
      await using archive = await Archive.open(dir, options);
      const large = { leaf: new Uint8Array(65_536), blobs: [] };
      await assert.rejects(archive.appendBatch([plainEntry('a'), large]), { code: 'leaf-too-large' });
      await assert.rejects(archive.appendBatch([]), { code: 'batch-size' });
      await assert.rejects(archive.appendBatch(entries(0, MAX_BATCH + 1)), { code: 'batch-size' });
      const { indices } = await archive.appendBatch([{ leaf: new Uint8Array(65_535), blobs: [] }]);
      assert.deepEqual(indices, [0]);
      assert.equal((await archive.entry(0)).length, 65_535);
    });
  });

  test('goes on after its signer has failed, without a trace', async () => {
    await withDirectory(async (dir) => {
      let failing = false;
      const unsteady = {
        ...signer,
        sign: async (message: Uint8Array) => {
          if (failing) throw new Error('the key module does not answer');
          return await signer.sign(message);
        },
      };
      await using archive = await Archive.open(dir, { ...options, signer: unsteady });
      failing = true;
      await assert.rejects(archive.appendBatch(entries(0, 3)), { message: 'the key module does not answer' });
      assert.equal(existsSync(join(dir, 'tile')), false);
      failing = false;
      assert.deepEqual((await archive.appendBatch(entries(0, 1))).indices, [0]);
    });
  });

  test('shows no checkpoint that its own key would not verify', async () => {
    await withDirectory(async (dir) => {
      await (await Archive.open(dir, options)).close();
      const lying = { ...signer, sign: async () => new Uint8Array(64) };
      await using archive = await Archive.open(dir, { ...options, signer: lying });
      await assert.rejects(archive.appendBatch(entries(0, 1)), { code: 'checkpoint-refused' });
      assert.equal((await ArchiveReader.open(dir, vkey)).size, 0);
    });
  });
});

describe('opening a directory', () => {
  test('is refused where the checkpoint is lost, changed or of another key or name', async () => {
    await withDirectory(async (dir) => {
      const archive = await Archive.open(dir, options);
      await archive.appendBatch(entries(0, 3));
      await archive.close();
      await assert.rejects(Archive.open(dir, { ...options, origin: 'other' }), { code: 'origin-mismatch' });
      const other = { ...signer, publicKey: new Uint8Array(32).fill(3) };
      await assert.rejects(Archive.open(dir, { ...options, signer: other }), { code: 'checkpoint-refused' });
      const path = join(dir, 'checkpoint');
      const note = readFileSync(path, 'utf8');
      writeFileSync(path, note.replace('\n3\n', '\n2\n'));
      await assert.rejects(Archive.open(dir, options), { code: 'checkpoint-refused' });
      await assert.rejects(ArchiveReader.open(dir, vkey), { code: 'checkpoint-refused' });
      rmSync(path);
      await assert.rejects(Archive.open(dir, options), { code: 'checkpoint-missing' });
      await assert.rejects(ArchiveReader.open(dir, vkey), { code: 'checkpoint-missing' });
      writeFileSync(path, note);
      await (await Archive.open(dir, options)).close();
    });
  });

  test('is refused where the right edge does not have the signed root, or the entries behind it', async () => {
    await withDirectory(async (dir) => {
      const archive = await Archive.open(dir, options);
      await archive.appendBatch(entries(0, 300));
      await archive.close();
      for (const file of ['tile/0/001.p/44', 'tile/1/000.p/1', 'tile/entries/001.p/44']) {
        const path = join(dir, file);
        const bytes = readFileSync(path);
        for (const at of [0, 20]) {
          writeFileSync(path, flipped(bytes, at));
          await assert.rejects(Archive.open(dir, options), { code: 'corrupt' }, file);
        }
        rmSync(path);
        await assert.rejects(Archive.open(dir, options), { code: 'corrupt' }, file);
        writeFileSync(path, bytes);
      }
      await (await Archive.open(dir, options)).close();
    });
  });

  test('finds damage when it is read: entries, blobs, proofs', async () => {
    await withDirectory(async (dir) => {
      const archive = await Archive.open(dir, options);
      const withBlob = blobEntry('x');
      await archive.appendBatch([withBlob, ...entries(1, 299)]);
      await archive.close();
      const reader = await ArchiveReader.open(dir, vkey);
      const digest = blobDigest(withBlob.blobs[0]!);
      const hex = Buffer.from(digest).toString('hex');
      const damage = async (file: string, read: () => Promise<unknown>): Promise<void> => {
        const path = join(dir, file);
        const bytes = readFileSync(path);
        await read();
        writeFileSync(path, flipped(bytes, 5));
        await assert.rejects(read(), { code: 'corrupt' }, file);
        writeFileSync(path, bytes);
      };
      await damage(`blob/sha256/${hex.slice(0, 2)}/${hex}`, () => reader.blob(digest));
      await damage('tile/entries/000', () => reader.entry(0));
      await damage('tile/entries/000', () => collect(reader.entries()));
      await damage('tile/0/000', () => reader.entry(0));
      await damage('tile/0/000', () => reader.receipt(1));
      await damage('tile/1/000.p/1', () => reader.receipt(299));
      await damage('tile/1/000.p/1', () => reader.consistencyProof(299));
    });
  });

  test('is for one writer at a time, and no lock outlives its process', async () => {
    await withDirectory(async (dir) => {
      const script = join(import.meta.dirname, 'hold-lock.fixture.ts');
      const holder = spawn(process.execPath, [script, dir], { stdio: ['ignore', 'pipe', 'inherit'] });
      const exited = new Promise((resolve) => holder.once('exit', resolve));
      try {
        await new Promise((resolve, reject) => {
          holder.stdout.once('data', resolve);
          holder.once('exit', () => reject(new Error('the holder ended early')));
        });
        await assert.rejects(Archive.open(dir, options), { code: 'locked' });
      } finally {
        holder.kill('SIGKILL');
        await exited;
      }
      const archive = await Archive.open(dir, options);
      await assert.rejects(Archive.open(dir, options), { code: 'locked' });
      symlinkSync(dir, `${dir}-link`);
      try {
        await assert.rejects(Archive.open(`${dir}-link`, options), { code: 'locked' });
      } finally {
        rmSync(`${dir}-link`);
      }
      await archive.close();
      await assert.rejects(archive.appendBatch(entries(0, 1)), { code: 'closed' });
      await (await Archive.open(dir, options)).close();
    });
  });
});

function flipped(bytes: Uint8Array, at: number): Uint8Array {
  return bytes.map((byte, n) => (n === at ? byte ^ 1 : byte));
}
