import {
  bundleOf,
  bundlePath,
  type Checkpoint,
  type FilledTile,
  HASH_SIZE,
  leafHash,
  leavesOf,
  parseTilePath,
  splitHashes,
  TILE_WIDTH,
  type Tile,
  TreeEdge,
  tileOf,
  tilePath,
  treeHash,
} from '@assay/tlog';
import type { Problem, ProblemCode } from './fsck-report.ts';
import type { Inventory } from './inventory.ts';

/** What a walk over the tree is given. */
export type TreeWalk = {
  readonly checkpoint: Checkpoint;
  readonly inventory: Inventory;
  /** Called with every entry that is the one that was logged, in order. */
  readonly onEntry: (index: number, leaf: Uint8Array) => void;
  readonly report: (problem: Problem) => void;
  /** A size at which the root is wanted as well. */
  readonly rootAt?: number;
};

/** Leaf hashes of one bundle: what its entries say and what the level-0 tile says, where either can be read. */
type Chunk = {
  readonly tile: Tile;
  readonly leaves: readonly Uint8Array[];
  readonly ofLeaves: readonly Uint8Array[];
  /** There is a bundle. */
  readonly present: boolean;
  /** The bundle holds exactly `tile.width` entries. */
  readonly whole: boolean;
  readonly ofTile: readonly Uint8Array[] | undefined;
};

/**
 * Recomputes the tree from the entries and compares every tile and bundle with it, one bundle at a time. Where a bundle
 * and its tile disagree, what is above them (the parent's hash, at the edge the signed root) says which of them is
 * wrong.
 *
 * @returns the root at `rootAt`, where that was reached
 */
export async function checkTree(walk: TreeWalk): Promise<Uint8Array | undefined> {
  const { checkpoint, inventory, report, rootAt } = walk;
  const { size, root } = checkpoint;
  const variants = groupVariants(inventory);
  const parents = new ParentHashes(size, inventory);
  let edge = TreeEdge.empty();
  let rootThen: Uint8Array | undefined;
  while (edge.size < size) {
    const chunk = await readChunk(edge.size / TILE_WIDTH, size, inventory, report);
    const hashes = await chooseHashes(chunk, edge, parents, root);
    if (hashes === undefined) {
      report(problem('root-mismatch', 'checkpoint', edge.size, 'the tree cannot be recomputed from here on'));
      return rootThen;
    }
    compareChunk(chunk, hashes, walk);
    if (rootAt !== undefined && rootAt > edge.size && rootAt <= edge.size + hashes.length) {
      rootThen = edge.append(hashes.slice(0, rootAt - edge.size)).edge.root();
    }
    const grown = edge.append(hashes);
    for (const filled of grown.tiles) {
      if (filled.tile.width !== tileOf(filled.tile.level, filled.tile.index, size)?.width) continue;
      if (filled.tile.level > 0) await compareTile(filled, parents, report);
      await compareVariants(filled, variants, walk);
    }
    edge = grown.edge;
  }
  if (Buffer.compare(edge.root(), root) !== 0) {
    report(problem('root-mismatch', 'checkpoint', undefined, 'the entries do not have the root that was signed'));
  }
  return rootThen;
}

async function readChunk(
  index: number,
  size: number,
  inventory: Inventory,
  report: (problem: Problem) => void,
): Promise<Chunk> {
  const tile = tileOf(0, index, size)!;
  const bundle = bundlePath(bundleOf(index, size)!);
  const [tileBytes, bundleBytes] = [await inventory.take(tilePath(tile)), await inventory.take(bundle)];
  const first = index * TILE_WIDTH;
  if (!tileBytes) report(problem('tile-missing', tilePath(tile), first, 'the tile is missing'));
  if (!bundleBytes) report(problem('tile-missing', bundle, first, 'the bundle of entries is missing'));
  const fits = tileBytes?.length === tile.width * HASH_SIZE;
  if (tileBytes && !fits) report(problem('tile-mismatch', tilePath(tile), first, 'the tile has a wrong length'));
  const leaves = bundleBytes ? [...leavesOf(bundleBytes)] : [];
  const used = leaves.reduce((bytes, leaf) => bytes + 2 + leaf.length, 0);
  return {
    tile,
    leaves,
    ofLeaves: leaves.map(leafHash),
    present: bundleBytes !== undefined,
    whole: leaves.length === tile.width && used === bundleBytes?.length,
    ofTile: tileBytes && fits ? splitHashes(tileBytes) : undefined,
  };
}

/** The leaf hashes to go on with: those that fit what is above, else the entries', else the tile's. */
async function chooseHashes(
  chunk: Chunk,
  edge: TreeEdge,
  parents: ParentHashes,
  root: Uint8Array,
): Promise<readonly Uint8Array[] | undefined> {
  const { tile, ofLeaves, ofTile } = chunk;
  if (!chunk.whole || !ofTile) return chunk.whole ? ofLeaves : ofTile;
  if (firstDifference(ofLeaves, ofTile) < 0) return ofLeaves;
  const above = tile.width === TILE_WIDTH ? await parents.of(tile) : root;
  const reached = tile.width === TILE_WIDTH ? treeHash(ofTile) : edge.append(ofTile).edge.root();
  return above && Buffer.compare(reached, above) === 0 ? ofTile : ofLeaves;
}

function compareChunk(chunk: Chunk, hashes: readonly Uint8Array[], { onEntry, report }: TreeWalk): void {
  const { tile, leaves, ofLeaves, ofTile } = chunk;
  const start = tile.index * TILE_WIDTH;
  const wrong = firstDifference(ofLeaves, hashes);
  if (chunk.present && (wrong >= 0 || !chunk.whole)) {
    const entry = start + (wrong >= 0 ? wrong : Math.min(leaves.length, tile.width - 1));
    report(problem('entry-mismatch', bundlePath(tile), entry, `entry ${entry} is not the one that was logged`));
  }
  const wrongHash = ofTile ? firstDifference(ofTile, hashes) : -1;
  if (wrongHash >= 0) reportTile(tile, wrongHash, report);
  leaves.forEach((leaf, at) => {
    if (hashes[at] && Buffer.compare(ofLeaves[at]!, hashes[at]) === 0) onEntry(start + at, leaf);
  });
}

async function compareTile(
  { tile, bytes }: FilledTile,
  parents: ParentHashes,
  report: (problem: Problem) => void,
): Promise<void> {
  const stored = await parents.read(tile);
  const first = tile.index * TILE_WIDTH ** (tile.level + 1);
  if (!stored) report(problem('tile-missing', tilePath(tile), first, 'the tile is missing'));
  else if (stored.length !== bytes.length) {
    report(problem('tile-mismatch', tilePath(tile), first, 'the tile has a wrong length'));
  } else {
    const wrong = firstDifference(splitHashes(stored), splitHashes(bytes));
    if (wrong >= 0) reportTile(tile, wrong, report);
  }
}

/** Narrower tiles and bundles that the log went through and that are still there. */
async function compareVariants(
  { tile, bytes }: FilledTile,
  variants: ReadonlyMap<string, readonly string[]>,
  { inventory, report }: TreeWalk,
): Promise<void> {
  const hashes = splitHashes(bytes);
  for (const path of variants.get(groupOf(tile)) ?? []) {
    const parsed = parseTilePath(path)!;
    const width = (parsed.tile ?? parsed.bundle).width;
    if (width >= tile.width) continue;
    const stored = await inventory.take(path);
    if (!stored) continue; // No regular file: it is left over, and reported as such.
    const expected = hashes.slice(0, width);
    const leaves = parsed.bundle ? [...leavesOf(stored)] : [];
    const found = parsed.bundle ? leaves.map(leafHash) : splitHashes(stored);
    const length = parsed.bundle ? leaves.reduce((sum, leaf) => sum + 2 + leaf.length, 0) : width * HASH_SIZE;
    const wrong = firstDifference(found, expected);
    if (wrong < 0 && length === stored.length) continue;
    const at = Math.min(Math.max(wrong, 0), width - 1);
    const entry = (tile.index * TILE_WIDTH + at) * TILE_WIDTH ** tile.level;
    const code = parsed.bundle ? 'entry-mismatch' : 'tile-mismatch';
    report(problem(code, path, entry, `it does not fit entry ${entry} as it was logged`));
  }
}

/** Tiles above level 0, read once: they are needed to settle disagreements below them before their own turn. */
class ParentHashes {
  readonly #size: number;
  readonly #inventory: Inventory;
  readonly #read = new Map<string, Uint8Array | undefined>();

  constructor(size: number, inventory: Inventory) {
    this.#size = size;
    this.#inventory = inventory;
  }

  async read(tile: Tile): Promise<Uint8Array | undefined> {
    const path = tilePath(tile);
    if (!this.#read.has(path)) this.#read.set(path, await this.#inventory.take(path));
    return this.#read.get(path);
  }

  /** What the level above says a full tile hashes to. */
  async of({ level, index }: Tile): Promise<Uint8Array | undefined> {
    const parent = tileOf(level + 1, Math.floor(index / TILE_WIDTH), this.#size)!;
    const at = (index % TILE_WIDTH) * HASH_SIZE;
    return (await this.read(parent))?.subarray(at, at + HASH_SIZE);
  }
}

/** Paths under `tile/` by the level and index they are a width of. */
function groupVariants(inventory: Inventory): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const path of inventory.left('tile/')) {
    const parsed = parseTilePath(path);
    if (!parsed) continue;
    const group = groupOf(parsed.tile ?? { level: 0, ...parsed.bundle });
    groups.set(group, [...(groups.get(group) ?? []), path]);
  }
  return groups;
}

function groupOf({ level, index }: Tile): string {
  return `${level}/${index}`;
}

function firstDifference(found: readonly Uint8Array[], expected: readonly Uint8Array[]): number {
  const same = (hash: Uint8Array, at: number): boolean =>
    found[at] !== undefined && Buffer.compare(found[at], hash) === 0;
  return expected.findIndex((hash, at) => !same(hash, at));
}

function reportTile(tile: Tile, at: number, report: (problem: Problem) => void): void {
  const entry = (tile.index * TILE_WIDTH + at) * TILE_WIDTH ** tile.level;
  report(problem('tile-mismatch', tilePath(tile), entry, `hash ${at} is not that of the entries from ${entry} on`));
}

/** A finding. */
export function problem(code: ProblemCode, file: string, entry: number | undefined, message: string): Problem {
  return { code, file, message, ...(entry !== undefined && { entry }) };
}
