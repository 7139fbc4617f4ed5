import { checkIndex, checkSize } from './bounds.ts';
import { sameBytes } from './bytes.ts';
import { TlogError } from './error.ts';
import { checkHash, nodeHash } from './hash.ts';
import { hashRanges, type TileReader } from './tile-reader.ts';
import { type EntryRange, splitPoint } from './tree.ts';

/** A leaf that is known, by its hash. */
export type KnownLeaf = { readonly index: number; readonly leafHash: Uint8Array };

/** A claim that these leaves, in ascending order, are entries of the tree of `size` entries under `root`. */
export type MultiProofClaim = {
  readonly size: number;
  readonly root: Uint8Array;
  readonly leaves: readonly KnownLeaf[];
  /** Hashes of the subtrees without a known leaf, left to right. */
  readonly proof: readonly Uint8Array[];
};

/**
 * Verifies one proof for many leaves: the tree is divided as RFC 6962 divides it, and the largest subtrees in which no leaf is known are
 * given by their hashes, from left to right. Leaves side by side need no hash between them. Returning is the only success.
 *
 * @throws TlogError `out-of-range`, `malformed` (a hash is not 32 bytes, the order) or `proof-refused`
 */
export function verifyMultiProof({ size, root, leaves, proof }: MultiProofClaim): void {
  const indices = leaves.map(({ index }) => index);
  checkIndices(indices, size);
  checkHash(root, 'the root');
  for (const hash of proof) checkHash(hash, 'a hash of the proof');
  for (const { leafHash } of leaves) checkHash(leafHash, 'a leaf hash');
  if (multiProofRanges(indices, size).length !== proof.length) {
    throw new TlogError('proof-refused', 'the proof has another number of hashes than its leaves need');
  }
  const hashes = proof.values();
  const known = leaves.values();
  const hashOf = ({ start, end }: EntryRange, from: number, to: number): Uint8Array => {
    if (from === to) return hashes.next().value!;
    if (end - start === 1) return known.next().value!.leafHash;
    const middle = start + splitPoint(end - start);
    const split = lowerBound(indices, middle, from, to);
    const left = hashOf({ start, end: middle }, from, split);
    return nodeHash(left, hashOf({ start: middle, end }, split, to));
  };
  if (!sameBytes(hashOf({ start: 0, end: size }, 0, leaves.length), root)) {
    throw new TlogError('proof-refused', `the leaves are not entries of the tree of size ${size}`);
  }
}

/**
 * The proof that `verifyMultiProof` takes for the leaves at `indices`, ascending, one at least.
 *
 * @throws TlogError `out-of-range`, or `malformed` (the order, a tile of a wrong length)
 */
export async function multiProof(
  indices: readonly number[],
  size: number,
  reader: TileReader,
  available = size,
): Promise<Uint8Array[]> {
  checkIndices(indices, size);
  return await hashRanges(multiProofRanges(indices, size), available, reader);
}

/** The largest subtrees in which no leaf is known, left to right. */
function multiProofRanges(indices: readonly number[], size: number): EntryRange[] {
  const ranges: EntryRange[] = [];
  const visit = (start: number, end: number, from: number, to: number): void => {
    if (from === to) {
      ranges.push({ start, end });
      return;
    }
    if (to - from === end - start) return;
    const middle = start + splitPoint(end - start);
    const split = lowerBound(indices, middle, from, to);
    visit(start, middle, from, split);
    visit(middle, end, split, to);
  };
  visit(0, size, 0, indices.length);
  return ranges;
}

function checkIndices(indices: readonly number[], size: number): void {
  checkSize(size);
  if (indices.length === 0) throw new TlogError('malformed', 'a proof for many leaves is for one at least');
  let last = -1;
  for (const index of indices) {
    checkIndex(index, size);
    if (index <= last) throw new TlogError('malformed', 'the leaves of a proof are not in ascending order');
    last = index;
  }
}

/** The first position of `from` to `to - 1` with an index of `limit` or more; `to` where there is none. */
function lowerBound(indices: readonly number[], limit: number, from: number, to: number): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (indices[middle]! >= limit) high = middle;
    else low = middle + 1;
  }
  return low;
}
