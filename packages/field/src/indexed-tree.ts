import { FieldError } from './error.ts';
import { type Fr, fr } from './fr.ts';
import { type MerklePath, MerkleTree8 } from './merkle-tree.ts';
import { poseidon } from './poseidon.ts';
import { tag } from './tags.ts';

/** Values of an indexed tree are below 2^248, so that two of them compare in the circuit without wrap-around. */
export const INDEXED_VALUE_BITS = 248;

/** A leaf of an indexed tree: a value and the next larger one, 0 in the last leaf. */
export interface IndexedLeaf {
  readonly value: Fr;
  readonly next: Fr;
}

/** One leaf and its path, which show whether a value is in the set. */
export interface IndexedLookup {
  readonly present: boolean;
  readonly leaf: IndexedLeaf;
  readonly index: number;
  readonly path: MerklePath;
}

/** `P(tag(indexed), value, next)`. */
export function hashIndexedLeaf({ value, next }: IndexedLeaf): Fr {
  return poseidon([tag('indexed'), value, next]);
}

/**
 * A set of numbers as an 8-ary Merkle tree of sorted leaves. The first leaf has value 0, so the tree of the empty set
 * has one leaf, and its root is not the empty tree's.
 */
export class IndexedTree {
  readonly #tree: MerkleTree8;
  readonly #leaves: readonly IndexedLeaf[];

  /**
   * @param values the set, in any order, each in [1, 2^248)
   * @throws FieldError `INVALID_SET` when a value repeats, is out of range, or there are more than fit.
   */
  constructor(depth: number, values: Iterable<bigint>) {
    const sorted = [0n, ...values].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
    if (sorted.some((value, i) => i > 0 && value <= sorted[i - 1]!) || sorted[0] !== 0n) {
      throw new FieldError('INVALID_SET', 'the values of an indexed tree are positive and distinct');
    }
    if (sorted.at(-1)! >> BigInt(INDEXED_VALUE_BITS) !== 0n) {
      throw new FieldError('INVALID_SET', `the values of an indexed tree have at most ${INDEXED_VALUE_BITS} bits`);
    }
    this.#tree = new MerkleTree8(depth);
    if (sorted.length > this.#tree.capacity) throw new FieldError('INVALID_SET', 'an indexed tree has too many values');
    this.#leaves = sorted.map((value, i) => ({ value: fr(value), next: fr(sorted[i + 1] ?? 0n) }));
    this.#tree.setAll(this.#leaves.map(hashIndexedLeaf));
  }

  get root(): Fr {
    return this.#tree.root;
  }

  /** Numbers in the set. */
  get size(): number {
    return this.#leaves.length - 1;
  }

  /**
   * The leaf that decides about a value: the one with the largest value not above it.
   *
   * @throws FieldError `NOT_CANONICAL` for a value outside [1, 2^248).
   */
  lookup(value: bigint): IndexedLookup {
    if (value < 1n || value >> BigInt(INDEXED_VALUE_BITS) !== 0n) {
      throw new FieldError('NOT_CANONICAL', `a value looked up is in [1, 2^${INDEXED_VALUE_BITS})`);
    }
    let low = 0;
    for (let high = this.#leaves.length; high - low > 1; ) {
      const middle = (low + high) >> 1;
      if (this.#leaves[middle]!.value <= value) low = middle;
      else high = middle;
    }
    const leaf = this.#leaves[low]!;
    return { present: leaf.value === value, leaf, index: low, path: this.#tree.path(low) };
  }
}
