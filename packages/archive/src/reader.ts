import { join } from 'node:path';
import {
  bundleOf,
  bundlePath,
  type CheckpointTrust,
  consistencyProof,
  decodeEntryBundle,
  type EntryBundle,
  encodeEntryBundle,
  encodeTlogProof,
  HASH_SIZE,
  inclusionProof,
  leafHash,
  openCheckpoint,
  parseTilePath,
  rootFromTiles,
  type SignedCheckpoint,
  TILE_WIDTH,
  type Tile,
  type TileReader,
  tileOf,
  tilePath,
  verifyConsistency,
  verifyInclusion,
} from '@assay/tlog';
import { ArchiveError } from './error.ts';
import type { ReadableFiles } from './files.ts';
import { blobPath, CHECKPOINT, hasDigest } from './layout.ts';
import { logTrust } from './log-key.ts';
import { nodeFiles } from './node-files.ts';

/** An entry and where it stands in the log. */
export type IndexedEntry = { readonly index: number; readonly leaf: Uint8Array };

/**
 * An archive as of one checkpoint, read only. It stays as it is while a writer appends: entries after the checkpoint
 * do not exist for it. What it reads is checked: entries against their leaf hashes, proofs against the signed root,
 * blobs against their digests. `fsck` checks everything at once.
 */
export class ArchiveReader implements TileReader {
  readonly dir: string;
  readonly #checkpoint: SignedCheckpoint;
  readonly #files: ReadableFiles;

  /** For a checkpoint that is verified already; `ArchiveReader.open` verifies the one in the directory. */
  constructor(dir: string, checkpoint: SignedCheckpoint, files: ReadableFiles = nodeFiles) {
    this.dir = dir;
    this.#checkpoint = checkpoint;
    this.#files = files;
  }

  /**
   * Opens the directory as of the checkpoint it holds, which the log's key must have signed; the key's name is the
   * log's origin. A directory that is being written to can be opened; its newest checkpoint may not be durable yet.
   *
   * @throws ArchiveError `checkpoint-missing` or `checkpoint-refused`; TlogError where `vkey` is no key
   */
  static async open(dir: string, vkey: string, files: ReadableFiles = nodeFiles): Promise<ArchiveReader> {
    const trust = logTrust(vkey);
    const note = await files.read(join(dir, CHECKPOINT));
    if (note === undefined) throw new ArchiveError('checkpoint-missing', `there is no file ${CHECKPOINT}`);
    return new ArchiveReader(dir, verifyCheckpoint(note, trust), files);
  }

  /** Entries in the log. */
  get size(): number {
    return this.#checkpoint.size;
  }

  /** Whether its files are on this machine's disk, where other threads find them: see `ArchiveFiles.onDisk`. */
  get isOnDisk(): boolean {
    return this.#files.onDisk === true;
  }

  /** The log's name. */
  get origin(): string {
    return this.#checkpoint.origin;
  }

  /** The signed head; `note` has its bytes. */
  checkpoint(): SignedCheckpoint {
    return this.#checkpoint;
  }

  /**
   * The leaf of entry `index`.
   *
   * @throws ArchiveError `out-of-range` or `corrupt`
   */
  async entry(index: number): Promise<Uint8Array> {
    this.#checkIndex(index);
    const bundle = bundleOf(Math.floor(index / TILE_WIDTH), this.size)!;
    const leaf = (await this.#readBundle(bundle))[index % TILE_WIDTH]!;
    await this.#checkLeaves(bundle, [leaf], index % TILE_WIDTH);
    return leaf;
  }

  /**
   * The entries `from` to `to - 1` in order, by default all.
   *
   * @throws ArchiveError `out-of-range` or `corrupt`
   */
  async *entries(from = 0, to = this.size): AsyncGenerator<IndexedEntry> {
    if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to) || from < 0 || to < from || to > this.size) {
      throw new ArchiveError('out-of-range', `the log has the entries 0 to ${this.size - 1}`);
    }
    for (let at = from; at < to; ) {
      const bundle = bundleOf(Math.floor(at / TILE_WIDTH), this.size)!;
      const start = bundle.index * TILE_WIDTH;
      const leaves = (await this.#readBundle(bundle)).slice(at - start, to - start);
      await this.#checkLeaves(bundle, leaves, at - start);
      for (const leaf of leaves) yield { index: at++, leaf };
    }
  }

  /**
   * The blob with this SHA-256, or undefined where it is not kept (the law may have had it removed).
   *
   * @throws ArchiveError `corrupt` where the file is another's, or `malformed` (the digest)
   */
  async blob(digest: Uint8Array): Promise<Uint8Array | undefined> {
    const path = blobPath(digest);
    return checkBlob(digest, path, await this.#files.read(join(this.dir, path)));
  }

  /** As `blob`, for code that cannot wait. */
  blobSync(digest: Uint8Array): Uint8Array | undefined {
    const path = blobPath(digest);
    return checkBlob(digest, path, this.#files.readSync(join(this.dir, path)));
  }

  /**
   * Inclusion proof of entry `index` in the tree of `size` entries, by default the whole log.
   *
   * @throws ArchiveError `out-of-range` or `corrupt`
   */
  async inclusionProof(index: number, size = this.size): Promise<Uint8Array[]> {
    this.#checkSize(size);
    this.#checkIndex(index, size);
    return await inclusionProof(index, size, this, this.size);
  }

  /**
   * Proof that the log at `oldSize` is a prefix of the log at `newSize`, by default of the whole log. A proof that
   * leads to this checkpoint is verified before it is given.
   *
   * @throws ArchiveError `out-of-range` or `corrupt`
   */
  async consistencyProof(oldSize: number, newSize = this.size): Promise<Uint8Array[]> {
    this.#checkSize(newSize);
    this.#checkSize(oldSize, newSize);
    const proof = await consistencyProof(oldSize, newSize, this, this.size);
    if (oldSize > 0) {
      const [oldRoot, newRoot] = [await this.rootAt(oldSize), await this.rootAt(newSize)];
      asCorrupt('a tile', () => verifyConsistency({ oldSize, newSize, oldRoot, newRoot, proof }));
    }
    return proof;
  }

  /**
   * Root of the log when it had `size` entries. Computed from tiles, so no better than they are: see `fsck`.
   *
   * @throws ArchiveError `out-of-range` or `corrupt`
   */
  async rootAt(size: number): Promise<Uint8Array> {
    this.#checkSize(size);
    return size === this.size ? this.#checkpoint.root : await rootFromTiles(size, this, this.size);
  }

  /**
   * Receipt for entry `index`: the bytes of a `tlog-proof` with this checkpoint, verified before it is given.
   *
   * @throws ArchiveError `out-of-range` or `corrupt`
   */
  async receipt(index: number): Promise<Uint8Array> {
    const { size, root, note } = this.#checkpoint;
    const proof = await this.inclusionProof(index);
    const leaf = leafHash(await this.entry(index));
    asCorrupt('a tile', () => verifyInclusion({ index, size, leafHash: leaf, root, proof }));
    return encodeTlogProof({ index, proof, checkpoint: note });
  }

  /**
   * The hashes of a tile of this log.
   *
   * @throws ArchiveError `corrupt` where the file is missing or too short
   */
  async readTile(tile: Tile): Promise<Uint8Array> {
    const path = tilePath(tile);
    const bytes = await this.#readPartial(path, tilePath({ ...tile, width: TILE_WIDTH }));
    const whole = tile.width * HASH_SIZE;
    // A full tile may stand in for a partial one that it has replaced (C2SP tlog-tiles).
    if (bytes.length !== whole && bytes.length !== TILE_WIDTH * HASH_SIZE) {
      throw new ArchiveError('corrupt', `${path} has ${bytes.length} bytes, not ${whole}`);
    }
    return bytes.subarray(0, whole);
  }

  /**
   * The bytes of the tile or entry bundle at a path below the log's prefix (C2SP tlog-tiles), also where a wider one has replaced it;
   * undefined where this log has nothing there.
   *
   * @throws ArchiveError `corrupt` where the file is missing or does not hold it
   */
  async tileFile(path: string): Promise<Uint8Array | undefined> {
    const { tile, bundle } = parseTilePath(path) ?? {};
    const { level, index, width } = tile ?? { level: 0, index: -1, width: 0, ...bundle };
    const widest = index < 0 ? undefined : tileOf(level, index, this.size);
    if (widest === undefined || widest.width < width) return undefined;
    if (tile !== undefined) return (await this.readTile(widest)).subarray(0, width * HASH_SIZE);
    return encodeEntryBundle((await this.#readBundle(widest)).slice(0, width));
  }

  async #readBundle(bundle: EntryBundle): Promise<Uint8Array[]> {
    const path = bundlePath(bundle);
    const file = await this.#files.read(join(this.dir, path));
    if (file) return asCorrupt(path, () => decodeEntryBundle(file, bundle.width));
    const fullPath = bundlePath({ ...bundle, width: TILE_WIDTH });
    const full = await this.#files.read(join(this.dir, fullPath));
    if (!full) throw new ArchiveError('corrupt', `${path} is missing`);
    return asCorrupt(fullPath, () => decodeEntryBundle(full, TILE_WIDTH)).slice(0, bundle.width);
  }

  async #readPartial(path: string, fullPath: string): Promise<Uint8Array> {
    const bytes = (await this.#files.read(join(this.dir, path))) ?? (await this.#files.read(join(this.dir, fullPath)));
    if (!bytes) throw new ArchiveError('corrupt', `${path} is missing`);
    return bytes;
  }

  async #checkLeaves(bundle: EntryBundle, leaves: readonly Uint8Array[], offset: number): Promise<void> {
    const hashes = await this.readTile(tileOf(0, bundle.index, this.size)!);
    leaves.forEach((leaf, at) => {
      const place = (offset + at) * HASH_SIZE;
      if (Buffer.compare(leafHash(leaf), hashes.subarray(place, place + HASH_SIZE)) !== 0) {
        const index = bundle.index * TILE_WIDTH + offset + at;
        throw new ArchiveError('corrupt', `entry ${index} in ${bundlePath(bundle)} is not the one that was logged`);
      }
    });
  }

  #checkIndex(index: number, size = this.size): void {
    if (!Number.isSafeInteger(index) || index < 0 || index >= size) {
      throw new ArchiveError('out-of-range', `there is no such entry in a log of size ${size}`);
    }
  }

  #checkSize(size: number, most = this.size): void {
    if (!Number.isSafeInteger(size) || size < 0 || size > most) {
      throw new ArchiveError('out-of-range', `a size of 0 to ${most} was to be given`);
    }
  }
}

/** Verifies a checkpoint of the archive. */
export function verifyCheckpoint(note: Uint8Array, trust: CheckpointTrust): SignedCheckpoint {
  try {
    return openCheckpoint(note, trust);
  } catch (cause) {
    throw new ArchiveError('checkpoint-refused', `${CHECKPOINT} is not a head of ${trust.origin}`, { cause });
  }
}

function checkBlob(digest: Uint8Array, path: string, bytes: Uint8Array | undefined): Uint8Array | undefined {
  if (bytes && !hasDigest(bytes, digest)) {
    throw new ArchiveError('corrupt', `${path} does not have the digest in its name`);
  }
  return bytes;
}

/** Runs a check of what was read; its failure is damage. */
export function asCorrupt<T>(what: string, check: () => T): T {
  try {
    return check();
  } catch (cause) {
    throw new ArchiveError('corrupt', `${what} does not fit the log`, { cause });
  }
}
