import { checkSize, parseDecimal } from './bounds.ts';

/** Hashes in a full tile, and entries in a full bundle: 2^8 (C2SP tlog-tiles). */
export const TILE_WIDTH = 256;

/** `width` consecutive hashes of perfect subtrees of 256^level leaves each, from hash `index * 256` of that level. */
export type Tile = { readonly level: number; readonly index: number; readonly width: number };

/** `width` consecutive entries from entry `index * 256`. */
export type EntryBundle = { readonly index: number; readonly width: number };

/** Path of a tile below the log's prefix, such as `tile/1/x001/067.p/17`. */
export function tilePath(tile: Tile): string {
  return `tile/${tile.level}/${indexPath(tile)}`;
}

/** Path of an entry bundle below the log's prefix, such as `tile/entries/x001/067`. */
export function bundlePath(bundle: EntryBundle): string {
  return `tile/entries/${indexPath(bundle)}`;
}

/** The tile or bundle that a path below the log's prefix stands for, if it is the path written for one. */
export function parseTilePath(
  path: string,
):
  | { readonly tile: Tile; readonly bundle?: never }
  | { readonly bundle: EntryBundle; readonly tile?: never }
  | undefined {
  const match = /^tile\/(entries|[0-9]{1,2})\/((?:x[0-9]{3}\/)*[0-9]{3})(?:\.p\/([0-9]{1,3}))?$/.exec(path);
  if (!match) return undefined;
  const index = Number(match[2]!.replace(/[x/]/g, ''));
  const width = match[3] === undefined ? TILE_WIDTH : Number(match[3]);
  if (!Number.isSafeInteger(index) || width < 1 || (match[3] !== undefined && width >= TILE_WIDTH)) return undefined;
  if (match[1] === 'entries') return bundlePath({ index, width }) === path ? { bundle: { index, width } } : undefined;
  const level = parseDecimal(match[1]!);
  if (level === undefined || level > 63) return undefined;
  return tilePath({ level, index, width }) === path ? { tile: { level, index, width } } : undefined;
}

/** The tile at `level` and `index` as wide as a tree of `size` entries makes it; undefined where it would be empty. */
export function tileOf(level: number, index: number, size: number): Tile | undefined {
  const width = Math.min(TILE_WIDTH, hashesAt(level, size) - index * TILE_WIDTH);
  return width > 0 ? { level, index, width } : undefined;
}

/** The bundle at `index` as wide as a tree of `size` entries makes it; undefined where it would be empty. */
export function bundleOf(index: number, size: number): EntryBundle | undefined {
  const tile = tileOf(0, index, size);
  return tile && { index, width: tile.width };
}

/** Hashes at a tile level of a tree: perfect subtrees of 256^level leaves. */
export function hashesAt(level: number, size: number): number {
  return Math.floor(size / TILE_WIDTH ** level);
}

/**
 * Tiles to write when a tree grows from `oldSize` to `newSize`: every tile with a hash that the old tree did not have,
 * as wide as the new tree makes it, lowest level first. Those of level 0 are also the bundles to write.
 *
 * @throws TlogError `out-of-range`
 */
export function tilesForGrowth(oldSize: number, newSize: number): Tile[] {
  checkSize(oldSize);
  checkSize(newSize);
  const tiles: Tile[] = [];
  for (let level = 0; hashesAt(level, newSize) > 0; level++) {
    const before = hashesAt(level, oldSize);
    const after = hashesAt(level, newSize);
    if (after <= before) continue;
    for (let index = Math.floor(before / TILE_WIDTH); index * TILE_WIDTH < after; index++) {
      tiles.push({ level, index, width: Math.min(TILE_WIDTH, after - index * TILE_WIDTH) });
    }
  }
  return tiles;
}

function indexPath({ index, width }: EntryBundle): string {
  const digits = String(index);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/.{3}/g)!;
  const path = groups.map((group, at) => (at < groups.length - 1 ? `x${group}` : group)).join('/');
  return width === TILE_WIDTH ? path : `${path}.p/${width}`;
}
