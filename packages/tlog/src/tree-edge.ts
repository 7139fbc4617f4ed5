import { checkSize } from './bounds.ts';
import { concatBytes } from './bytes.ts';
import { TlogError } from './error.ts';
import { checkHash, HASH_SIZE } from './hash.ts';
import { hashesAt, TILE_WIDTH, type Tile, tileOf, tilePath } from './tile.ts';
import { splitHashes } from './tile-reader.ts';
import { treeHash } from './tree.ts';

/** A tile with its hashes. */
export type FilledTile = { readonly tile: Tile; readonly bytes: Uint8Array };

/**
 * The partial tiles on the right edge of a tree: all that is needed to append to it and to know its root.
 * Immutable: `append` gives the edge of the grown tree.
 */
export class TreeEdge {
  /** Entries in the tree. */
  readonly size: number;
  /** By level, the hashes of its partial tile (none where the last tile is full). */
  readonly #levels: readonly (readonly Uint8Array[])[];

  private constructor(size: number, levels: readonly (readonly Uint8Array[])[]) {
    this.size = size;
    this.#levels = levels;
  }

  /** The edge of the tree without entries. */
  static empty(): TreeEdge {
    return new TreeEdge(0, []);
  }

  /** The partial tiles that make up the edge of a tree of `size` entries, lowest level first. */
  static tiles(size: number): Tile[] {
    checkSize(size);
    const tiles: Tile[] = [];
    for (let level = 0; hashesAt(level, size) > 0; level++) {
      const tile = tileOf(level, Math.floor(hashesAt(level, size) / TILE_WIDTH), size);
      if (tile) tiles.push(tile);
    }
    return tiles;
  }

  /**
   * The edge from the bytes of `TreeEdge.tiles(size)`, in that order. Compare `root()` with a trusted one.
   *
   * @throws TlogError `malformed`
   */
  static restore(size: number, contents: readonly Uint8Array[]): TreeEdge {
    const tiles = TreeEdge.tiles(size);
    const levels: Uint8Array[][] = [];
    for (let level = 0; hashesAt(level, size) > 0; level++) levels.push([]);
    tiles.forEach((tile, at) => {
      const bytes = contents[at];
      if (bytes?.length !== tile.width * HASH_SIZE) {
        throw new TlogError('malformed', `${tilePath(tile)} does not hold ${tile.width} hashes`);
      }
      levels[tile.level] = splitHashes(new Uint8Array(bytes));
    });
    return new TreeEdge(size, levels);
  }

  /**
   * Grows the tree by leaves with these hashes.
   *
   * @returns the grown tree's edge, and every tile that has a new hash (those of `tilesForGrowth`, full ones first)
   * @throws TlogError `malformed` or `out-of-range`
   */
  append(leafHashes: readonly Uint8Array[]): { readonly edge: TreeEdge; readonly tiles: FilledTile[] } {
    checkSize(this.size + leafHashes.length);
    for (const hash of leafHashes) checkHash(hash, 'a leaf hash');
    const levels = this.#levels.map((hashes) => [...hashes]);
    const tiles: FilledTile[] = [];
    let size = this.size;
    const push = (level: number, hash: Uint8Array): void => {
      levels[level] ??= [];
      const hashes = levels[level];
      hashes.push(hash);
      if (hashes.length < TILE_WIDTH) return;
      const tile = { level, index: hashesAt(level, size) / TILE_WIDTH - 1, width: TILE_WIDTH };
      tiles.push({ tile, bytes: concatBytes(...hashes) });
      levels[level] = [];
      push(level + 1, treeHash(hashes));
    };
    for (const hash of leafHashes) {
      size++;
      push(0, hash);
    }
    const edge = new TreeEdge(size, levels);
    for (const tile of TreeEdge.tiles(size)) {
      if (hashesAt(tile.level, size) > hashesAt(tile.level, this.size)) {
        tiles.push({ tile, bytes: concatBytes(...levels[tile.level]!) });
      }
    }
    return { edge, tiles };
  }

  /** Root of the tree: at each level, the partial tile's subtrees and, right of them, what the levels below left over. */
  root(): Uint8Array {
    let rest: Uint8Array | undefined;
    for (const hashes of this.#levels) {
      const row = rest ? [...hashes, rest] : hashes;
      if (row.length > 0) rest = treeHash(row);
    }
    return rest ?? treeHash([]);
  }
}
