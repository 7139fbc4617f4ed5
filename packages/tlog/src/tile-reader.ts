import { checkSize } from './bounds.ts';
import { consistencyRanges } from './consistency.ts';
import { TlogError } from './error.ts';
import { HASH_SIZE, nodeHash } from './hash.ts';
import { inclusionRanges } from './inclusion.ts';
import { TILE_WIDTH, type Tile, tileOf, tilePath } from './tile.ts';
import { type EntryRange, splitPoint, treeHash } from './tree.ts';

/** Where tiles come from: files, HTTP, memory. What it gives is not trusted: proofs made of it are to be verified. */
export interface TileReader {
  /** The `tile.width` hashes of the tile, 32 bytes each. */
  readTile(tile: Tile): Uint8Array | Promise<Uint8Array>;
}

/**
 * Root of the tree of the first `size` entries, from tiles. `available`, at least `size`, is the size of the log whose
 * tiles the reader has; by default `size` itself.
 *
 * @throws TlogError `out-of-range`, or `malformed` (a tile of a wrong length)
 */
export async function rootFromTiles(size: number, reader: TileReader, available = size): Promise<Uint8Array> {
  checkSize(size);
  if (size === 0) return treeHash([]);
  const [root] = await hashRanges([{ start: 0, end: size }], available, reader);
  return root!;
}

/**
 * Inclusion proof of entry `index` in the tree of `size` entries, from the leaf's sibling up.
 *
 * @throws TlogError `out-of-range`, or `malformed` (a tile of a wrong length)
 */
export async function inclusionProof(
  index: number,
  size: number,
  reader: TileReader,
  available = size,
): Promise<Uint8Array[]> {
  return await hashRanges(inclusionRanges(index, size), available, reader);
}

/**
 * Proof that the tree of `oldSize` entries is a prefix of the one of `newSize`.
 *
 * @throws TlogError `out-of-range`, or `malformed` (a tile of a wrong length)
 */
export async function consistencyProof(
  oldSize: number,
  newSize: number,
  reader: TileReader,
  available = newSize,
): Promise<Uint8Array[]> {
  return await hashRanges(consistencyRanges(oldSize, newSize), available, reader);
}

/** Tree hashes of ranges that a RFC 6962 proof names: each starts at a multiple of a power of two not below its length. */
export async function hashRanges(
  ranges: readonly EntryRange[],
  available: number,
  reader: TileReader,
): Promise<Uint8Array[]> {
  checkSize(available);
  if (ranges.some((range) => range.end > available)) {
    throw new TlogError('out-of-range', `the tiles of a log of size ${available} end before what is asked for`);
  }
  const tiles = new Map<string, Tile>();
  for (const range of ranges) {
    for (const subtree of perfectSubtrees(range)) {
      const tile = placeOf(subtree, available).tile;
      tiles.set(tilePath(tile), tile);
    }
  }
  const read = new Map<string, Uint8Array>();
  await Promise.all([...tiles].map(async ([path, tile]) => read.set(path, await readChecked(tile, reader))));
  return ranges.map((range) => rangeHash(range, available, read));
}

async function readChecked(tile: Tile, reader: TileReader): Promise<Uint8Array> {
  const bytes = await reader.readTile(tile);
  if (bytes.length !== tile.width * HASH_SIZE) {
    throw new TlogError('malformed', `${tilePath(tile)} has ${bytes.length} bytes, not ${tile.width * HASH_SIZE}`);
  }
  return bytes;
}

/** MTH of a range; perfect subtrees are found in one tile. */
function rangeHash(range: EntryRange, available: number, read: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const count = range.end - range.start;
  const split = count === 1 ? 0 : splitPoint(count);
  if (split * 2 !== count && count !== 1) {
    const middle = range.start + split;
    const left = rangeHash({ start: range.start, end: middle }, available, read);
    return nodeHash(left, rangeHash({ start: middle, end: range.end }, available, read));
  }
  const { tile, offset, hashes } = placeOf(range, available);
  return treeHash(splitHashes(read.get(tilePath(tile))!).slice(offset, offset + hashes));
}

/** The perfect subtrees, left to right, into which RFC 6962 divides a range. */
function perfectSubtrees(range: EntryRange): EntryRange[] {
  const count = range.end - range.start;
  if (count === 1) return [range];
  const split = splitPoint(count);
  if (split * 2 === count) return [range];
  const middle = range.start + split;
  return [{ start: range.start, end: middle }, ...perfectSubtrees({ start: middle, end: range.end })];
}

/** Which hashes of which tile make up a perfect subtree. */
function placeOf(subtree: EntryRange, available: number): { tile: Tile; offset: number; hashes: number } {
  const count = subtree.end - subtree.start;
  let level = 0;
  while (TILE_WIDTH ** (level + 1) <= count) level++;
  const first = subtree.start / TILE_WIDTH ** level;
  const tile = tileOf(level, Math.floor(first / TILE_WIDTH), available)!;
  return { tile, offset: first % TILE_WIDTH, hashes: count / TILE_WIDTH ** level };
}

/** The hashes of a tile, as views on it. */
export function splitHashes(tile: Uint8Array): Uint8Array[] {
  return Array.from({ length: tile.length / HASH_SIZE }, (_, at) =>
    tile.subarray(at * HASH_SIZE, (at + 1) * HASH_SIZE),
  );
}
