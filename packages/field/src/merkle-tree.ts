import { FieldError } from './error.ts';
import { type Fr, fr } from './fr.ts';
import { poseidon } from './poseidon.ts';
import { tag } from './tags.ts';

/** Children of an inner node. */
export const ARITY = 8;

const EMPTY_LEAF = 0n as Fr;

/** One level of a path: the eight children of the node passed, and which of them is on the path. */
export interface PathLevel {
  readonly children: readonly Fr[];
  readonly digit: number;
}

/** From the leaf's level to the root's children. */
export type MerklePath = readonly PathLevel[];

/** `P(tag(node), c_0..c_7)`. */
export function hashNode(children: readonly Fr[]): Fr {
  if (children.length !== ARITY) throw new FieldError('WRONG_LENGTH', 'a node has eight children');
  return poseidon([tag('node'), ...children]);
}

/**
 * The root to which a path leads from a leaf, or `undefined` when a level does not hold what the one below hashes to.
 */
export function rootOfPath(leaf: Fr, path: MerklePath): Fr | undefined {
  let node = leaf;
  for (const { children, digit } of path) {
    if (children[digit] !== node) return undefined;
    node = hashNode(children);
  }
  return node;
}

/** Sparse 8-ary Poseidon Merkle tree of fixed depth; absent leaves are 0. */
export class MerkleTree8 {
  readonly depth: number;
  /** `#levels[k]` maps the index of a node of height k to its hash, where that is not the empty subtree's. */
  readonly #levels: Map<number, Fr>[];
  /** `#empty[k]` is the hash of an empty subtree of height k. */
  readonly #empty: Fr[];

  /** @throws FieldError `NOT_CANONICAL` unless the depth is 1 to 16. */
  constructor(depth: number) {
    if (!Number.isInteger(depth) || depth < 1 || depth > 16) {
      throw new FieldError('NOT_CANONICAL', 'the depth of a tree is 1 to 16');
    }
    this.depth = depth;
    this.#levels = Array.from({ length: depth + 1 }, () => new Map());
    this.#empty = [EMPTY_LEAF];
    for (let k = 0; k < depth; k++) this.#empty.push(hashNode(Array.from({ length: ARITY }, () => this.#empty[k]!)));
  }

  /** Leaves the tree has room for. */
  get capacity(): number {
    return ARITY ** this.depth;
  }

  get root(): Fr {
    return this.#node(this.depth, 0);
  }

  /** Root of the tree without leaves, which no circuit or verifier may accept. */
  get emptyRoot(): Fr {
    return this.#empty[this.depth]!;
  }

  /** @throws FieldError `NOT_CANONICAL` for an index outside the tree. */
  leaf(index: number): Fr {
    return this.#node(0, this.#checked(index));
  }

  /**
   * Sets one leaf and the hashes above it; 0 removes it.
   *
   * @throws FieldError `NOT_CANONICAL` for an index outside the tree or a leaf outside the field.
   */
  set(index: number, leaf: bigint): void {
    this.#levels[0]!.set(this.#checked(index), fr(leaf));
    this.#rehash(new Set([index]));
  }

  /**
   * Sets leaves 0, 1, ... at once: each inner node is hashed once.
   *
   * @throws FieldError `NOT_CANONICAL` for more leaves than there is room for, or one outside the field.
   */
  setAll(leaves: readonly bigint[]): void {
    if (leaves.length > this.capacity) throw new FieldError('NOT_CANONICAL', 'a tree has too many leaves');
    for (const [index, leaf] of leaves.entries()) this.#levels[0]!.set(index, fr(leaf));
    this.#rehash(new Set(leaves.keys()));
  }

  /**
   * The path of a leaf, present or absent. The index has base-8 digits, least significant at the leaf level.
   *
   * @throws FieldError `NOT_CANONICAL` for an index outside the tree.
   */
  path(index: number): MerklePath {
    const levels: PathLevel[] = [];
    let node = this.#checked(index);
    for (let height = 0; height < this.depth; height++) {
      const parent = Math.floor(node / ARITY);
      levels.push({ children: this.#children(height, parent), digit: node % ARITY });
      node = parent;
    }
    return levels;
  }

  #rehash(changed: Set<number>): void {
    let dirty = changed;
    for (let height = 0; height < this.depth; height++) {
      dirty = new Set([...dirty].map((node) => Math.floor(node / ARITY)));
      for (const parent of dirty) this.#levels[height + 1]!.set(parent, hashNode(this.#children(height, parent)));
    }
  }

  #children(height: number, parent: number): Fr[] {
    return Array.from({ length: ARITY }, (_, digit) => this.#node(height, parent * ARITY + digit));
  }

  #node(height: number, index: number): Fr {
    return this.#levels[height]!.get(index) ?? this.#empty[height]!;
  }

  #checked(index: number): number {
    if (!Number.isInteger(index) || index < 0 || index >= this.capacity) {
      throw new FieldError('NOT_CANONICAL', 'a leaf index lies outside the tree');
    }
    return index;
  }
}
