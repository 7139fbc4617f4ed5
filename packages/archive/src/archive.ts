import { dirname, join } from 'node:path';
import {
  bundlePath,
  type CheckpointTrust,
  encodeEntryBundle,
  encodeVerifierKey,
  type FilledTile,
  leafHash,
  MAX_LEAF_BYTES,
  type NoteSigner,
  type NoteVerifier,
  type SignedCheckpoint,
  signCheckpoint,
  TILE_WIDTH,
  TreeEdge,
  tilePath,
  withCosignatures,
} from '@assay/tlog';
import { type PrunedBlob, type PruningRecord, signPruning } from '@assay/verify';
import { ArchiveError } from './error.ts';
import type { ArchiveFiles, FileLock } from './files.ts';
import { BLOBS, blobDigest, blobPath, CHECKPOINT, LOCK, TILES } from './layout.ts';
import { logTrust } from './log-key.ts';
import { nodeFiles } from './node-files.ts';
import { inParallel } from './parallel.ts';
import { type RemovedBlob, readPrunings } from './pruned-blobs.ts';
import { pruningPath, readPruning } from './pruning.ts';
import { type Publication, Publisher } from './publisher.ts';
import { ArchiveReader, type IndexedEntry, verifyCheckpoint } from './reader.ts';
import { readTail, removeReplaced, removeUncommitted, type Tail } from './recovery.ts';

/** Most entries of one append. It bounds what an append that is cut off can leave behind. */
export const MAX_BATCH = 4096;

/** What an archive is opened with. */
export type ArchiveOptions = {
  /** The log's name, the first line of every checkpoint. Must be the signer's name. */
  readonly origin: string;
  /** Signs checkpoints. */
  readonly signer: NoteSigner;
  /** The file system: the machine's unless given, as it is or with `recentFiles` before it; another one in tests of failures. */
  readonly files?: ArchiveFiles;
};

/** An entry to append, with the blobs that it names by digest. */
export type NewEntry = { readonly leaf: Uint8Array; readonly blobs: readonly Uint8Array[] };

/** An append that is on the disk. */
export type Appended = {
  /** The entries' indices, in the order given. */
  readonly indices: number[];
  /** The head that covers them. */
  readonly checkpoint: SignedCheckpoint;
};

type State = { readonly reader: ArchiveReader; readonly tail: Tail };

/**
 * An append-only log in a directory, with its one writer. What `appendBatch` has acknowledged survives a crash and a
 * power cut; what it has not is there entirely or not at all once the directory is opened again.
 */
export class Archive {
  readonly #dir: string;
  readonly #signer: NoteSigner;
  readonly #trust: CheckpointTrust;
  readonly #files: ArchiveFiles;
  readonly #lock: FileLock;
  readonly #publisher: Publisher;
  readonly #pruned: Map<string, RemovedBlob>;
  #state: State;
  #last: Promise<unknown> = Promise.resolve();
  #failure: unknown;
  #closed = false;

  private constructor(
    dir: string,
    options: Required<ArchiveOptions>,
    lock: FileLock,
    publisher: Publisher,
    state: State,
    pruned: ReadonlyMap<string, RemovedBlob>,
  ) {
    this.#dir = dir;
    this.#signer = options.signer;
    this.#trust = logTrust(encodeVerifierKey(options.signer));
    this.#files = options.files;
    this.#lock = lock;
    this.#publisher = publisher;
    this.#pruned = new Map(pruned);
    this.#state = state;
  }

  /**
   * Opens the directory for writing, making it (with a signed checkpoint of size 0) where it is empty. Removes what an
   * append that was cut off has left, and checks the tree's right edge against the signed checkpoint.
   *
   * @throws ArchiveError `locked`, `origin-mismatch`, `checkpoint-missing`, `checkpoint-refused`, `pruning-refused` or `corrupt`
   */
  static async open(dir: string, { origin, signer, files = nodeFiles }: ArchiveOptions): Promise<Archive> {
    if (signer.name !== origin) throw new ArchiveError('origin-mismatch', `the signer is not named ${origin}`);
    await files.makeDirectory(dir);
    const lock = files.lock(join(dir, LOCK));
    if (!lock) throw new ArchiveError('locked', 'another writer has the archive open');
    try {
      const publisher = new Publisher(files, dir);
      await publisher.prepare();
      const vkey = encodeVerifierKey(signer);
      await startIfEmpty(dir, signer, files, publisher);
      const reader = await ArchiveReader.open(dir, vkey, files);
      await removeUncommitted(dir, reader.size, MAX_BATCH, files);
      const state = { reader, tail: await readTail(reader, files) };
      // A crash may have come between the checkpoint's new name and its sync: nobody may see it before it is durable.
      await files.syncDirectory(dir);
      const { blobs } = await readPrunings(dir, logTrust(vkey), files);
      await removeBlobs(dir, [...blobs.values()], files);
      return new Archive(dir, { origin, signer, files }, lock, publisher, state, blobs);
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  /** The log as of the last acknowledged append. Take it once for reads that belong together. */
  get reader(): ArchiveReader {
    return this.#state.reader;
  }

  /** Entries in the log. */
  get size(): number {
    return this.reader.size;
  }

  /** The signed head of the last acknowledged append. */
  checkpoint(): SignedCheckpoint {
    return this.reader.checkpoint();
  }

  /** See `ArchiveReader.entry`. */
  entry(index: number): Promise<Uint8Array> {
    return this.reader.entry(index);
  }

  /** See `ArchiveReader.entries`. */
  entries(from?: number, to?: number): AsyncGenerator<IndexedEntry> {
    return this.reader.entries(from, to);
  }

  /** See `ArchiveReader.blob`. */
  blob(digest: Uint8Array): Promise<Uint8Array | undefined> {
    return this.reader.blob(digest);
  }

  /** See `ArchiveReader.receipt`. */
  receipt(index: number): Promise<Uint8Array> {
    return this.reader.receipt(index);
  }

  /** See `ArchiveReader.inclusionProof`. */
  inclusionProof(index: number, size?: number): Promise<Uint8Array[]> {
    return this.reader.inclusionProof(index, size);
  }

  /** See `ArchiveReader.consistencyProof`. */
  consistencyProof(oldSize: number, newSize?: number): Promise<Uint8Array[]> {
    return this.reader.consistencyProof(oldSize, newSize);
  }

  /**
   * Appends entries with their blobs under one new checkpoint. Resolves once all of it is on the disk. Calls that
   * overlap are carried out one after the other. When it rejects with `broken`, the batch may or may not be in the log:
   * open the archive again to know.
   *
   * @throws ArchiveError `leaf-too-large` or `batch-size` (nothing was done), `broken`, `closed`; what the signer throws
   */
  appendBatch(entries: readonly NewEntry[]): Promise<Appended> {
    return this.#exclusively(() => this.#append(entries));
  }

  /**
   * Adds signature lines of log witnesses to the present checkpoint: those by one of `keys` that verify over it and are new. Resolves once
   * it is on the disk; calls and appends are carried out one after the other.
   *
   * @returns false, with nothing done, where no line is added: the log may have grown since they were made
   * @throws TlogError `malformed` (the lines); ArchiveError `broken`, `closed`
   */
  cosign(lines: Uint8Array, keys: readonly NoteVerifier[]): Promise<boolean> {
    return this.#exclusively(async () => {
      this.#checkUsable();
      const present = this.checkpoint().note;
      const bytes = withCosignatures(present, lines, keys);
      if (bytes.length === present.length) return false;
      const checkpoint = verifyCheckpoint(bytes, this.#trust);
      try {
        await this.#publisher.publish([{ path: CHECKPOINT, bytes }]);
      } catch (error) {
        this.#failure = error;
        throw broken(error);
      }
      this.#state = { ...this.#state, reader: new ArchiveReader(this.#dir, checkpoint, this.#files) };
      return true;
    });
  }

  /** The blobs that were removed when their retention ended, by hex digest. */
  get pruned(): ReadonlyMap<string, RemovedBlob> {
    return this.#pruned;
  }

  /**
   * Removes blobs whose retention has ended, after a signed record of them is on the disk; the log stays as it is. What is listed already
   * is not listed again. A crash leaves blobs that are listed and still there: opening the archive removes them.
   *
   * @returns how many were removed
   * @throws ArchiveError `broken`, `closed`; `pruning-refused` where the retention of one has not ended at `prunedAt` (nothing was done)
   */
  prune(record: PruningRecord): Promise<number> {
    return this.#exclusively(() => this.#prune(record));
  }

  /** Waits for appends that have begun and gives up the lock. Reads go on working. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#last;
    this.#lock.release();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #exclusively<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done.then(
      () => undefined,
      () => undefined, // Whoever called has the error; the next one starts afresh.
    );
    return done;
  }

  #checkUsable(): void {
    if (this.#closed) throw new ArchiveError('closed', 'the archive was closed');
    if (this.#failure !== undefined) throw broken(this.#failure);
  }

  async #prune({ prunedAt, blobs }: PruningRecord): Promise<number> {
    this.#checkUsable();
    const fresh = blobs.filter(({ digest }) => !this.#pruned.has(digest));
    for (let start = 0; start < fresh.length; start += MAX_BATCH) {
      const some = { prunedAt, blobs: fresh.slice(start, start + MAX_BATCH) };
      const note = await signPruning(this.reader.origin, some, this.#signer);
      readPruning(note, this.#trust);
      const { next } = await readPrunings(this.#dir, this.#trust, this.#files);
      try {
        await this.#publisher.publish([{ path: pruningPath(next), bytes: note }]);
        for (const blob of some.blobs) this.#pruned.set(blob.digest, { ...blob, prunedAt });
        await removeBlobs(this.#dir, some.blobs, this.#files);
      } catch (error) {
        this.#failure = error;
        throw broken(error);
      }
    }
    return fresh.length;
  }

  async #append(entries: readonly NewEntry[]): Promise<Appended> {
    this.#checkUsable();
    checkBatch(entries);
    const { origin, size } = this.reader;
    const leaves = entries.map(({ leaf }) => new Uint8Array(leaf));
    const { edge, tiles } = this.#state.tail.edge.append(leaves.map(leafHash));
    // Signed before anything is written, shown to nobody before everything is durable: a signer that fails leaves no trace.
    const note = await signCheckpoint({ origin, size: edge.size, root: edge.root() }, [this.#signer]);
    const checkpoint = verifyCheckpoint(note, this.#trust);
    const all = [...this.#state.tail.leaves, ...leaves];
    try {
      await this.#publisher.publish([...blobFiles(entries), ...bundleFiles(tiles, all), ...tileFiles(tiles)]);
      await this.#publisher.publish([{ path: CHECKPOINT, bytes: note }]);
      this.#state = {
        reader: new ArchiveReader(this.#dir, checkpoint, this.#files),
        tail: { edge, leaves: all.slice(all.length - (edge.size % TILE_WIDTH)) },
      };
      await this.#removeReplaced(size, tiles);
    } catch (error) {
      // After a failed write or sync nobody knows what the disk holds: only opening it again tells.
      this.#failure = error;
      throw broken(error);
    }
    return { indices: entries.map((_, at) => size + at), checkpoint };
  }

  /** Removes the partial tiles that the first full tile of each level has replaced. */
  async #removeReplaced(oldSize: number, tiles: readonly FilledTile[]): Promise<void> {
    const edge = TreeEdge.tiles(oldSize);
    const replaced = tiles.filter(
      ({ tile }) =>
        tile.width === TILE_WIDTH && edge.some((old) => old.level === tile.level && old.index === tile.index),
    );
    const paths = replaced.flatMap(({ tile }) =>
      tile.level === 0 ? [tilePath(tile), bundlePath(tile)] : [tilePath(tile)],
    );
    await inParallel(paths, (path) => removeReplaced(join(this.#dir, path), this.#files));
  }
}

/** A new log starts with a signed checkpoint of size 0; one with tiles and no checkpoint has lost its head. */
async function startIfEmpty(dir: string, signer: NoteSigner, files: ArchiveFiles, publisher: Publisher): Promise<void> {
  const names = ((await files.list(dir)) ?? []).map(({ name }) => name);
  if (names.includes(CHECKPOINT)) return;
  if (names.includes(TILES) || names.includes(BLOBS)) {
    throw new ArchiveError('checkpoint-missing', `there are tiles or blobs but no ${CHECKPOINT}: restore it`);
  }
  const edge = TreeEdge.empty();
  const bytes = await signCheckpoint({ origin: signer.name, size: edge.size, root: edge.root() }, [signer]);
  await publisher.publish([{ path: CHECKPOINT, bytes }]);
}

function checkBatch(entries: readonly NewEntry[]): void {
  if (entries.length === 0 || entries.length > MAX_BATCH) {
    throw new ArchiveError('batch-size', `a batch has 1 to ${MAX_BATCH} entries, this one has ${entries.length}`);
  }
  const large = entries.findIndex(({ leaf }) => leaf.length > MAX_LEAF_BYTES);
  if (large >= 0) {
    const bytes = entries[large]!.leaf.length;
    throw new ArchiveError('leaf-too-large', `leaf ${large} of the batch has ${bytes} of ${MAX_LEAF_BYTES} bytes`);
  }
}

/** Removes blobs that a durable record lists. A name that a power cut brings back is removed at the next opening. */
async function removeBlobs(dir: string, blobs: readonly PrunedBlob[], files: ArchiveFiles): Promise<void> {
  const changed = new Set<string>();
  await inParallel(blobs, async ({ digest }) => {
    const path = join(dir, blobPath(Buffer.from(digest, 'hex')));
    if (await files.remove(path)) changed.add(dirname(path));
  });
  await inParallel(changed, (path) => files.syncDirectory(path));
}

function blobFiles(entries: readonly NewEntry[]): Publication[] {
  const blobs = entries.flatMap((entry) => entry.blobs);
  const byPath = new Map(blobs.map((bytes) => [blobPath(blobDigest(bytes)), bytes]));
  return [...byPath].map(([path, bytes]) => ({ path, bytes }));
}

/** The bundles beside the tiles of level 0; `leaves` begins with the first entry of the first of them. */
function bundleFiles(tiles: readonly FilledTile[], leaves: readonly Uint8Array[]): Publication[] {
  const level0 = tiles.filter(({ tile }) => tile.level === 0).map(({ tile }) => tile);
  const first = Math.min(...level0.map(({ index }) => index));
  return level0.map(({ index, width }) => {
    const start = (index - first) * TILE_WIDTH;
    return { path: bundlePath({ index, width }), bytes: encodeEntryBundle(leaves.slice(start, start + width)) };
  });
}

function tileFiles(tiles: readonly FilledTile[]): Publication[] {
  return tiles.map(({ tile, bytes }) => ({ path: tilePath(tile), bytes }));
}

function broken(cause: unknown): ArchiveError {
  return new ArchiveError('broken', 'an append did not reach the disk; open the archive again', { cause });
}
