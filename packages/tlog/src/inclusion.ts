import { checkIndex } from './bounds.ts';
import { sameBytes } from './bytes.ts';
import { TlogError } from './error.ts';
import { checkHash, nodeHash } from './hash.ts';
import { type EntryRange, splitPoint } from './tree.ts';

/** A claim that the leaf with `leafHash` is entry `index` of the tree of `size` entries under `root`. */
export type InclusionClaim = {
  readonly index: number;
  readonly size: number;
  readonly leafHash: Uint8Array;
  readonly root: Uint8Array;
  /** Hashes of 32 bytes from the leaf's sibling up to the root's child. */
  readonly proof: readonly Uint8Array[];
};

/**
 * Verifies an inclusion proof (RFC 6962, section 2.1.1). Returning is the only success: it throws on every other
 * outcome, so that a forgotten result cannot pass for a proof.
 *
 * @throws TlogError `out-of-range`, `malformed` (a hash is not 32 bytes) or `proof-refused`
 */
export function verifyInclusion(claim: InclusionClaim): void {
  const { index, size, leafHash, root, proof } = claim;
  checkIndex(index, size);
  checkHash(leafHash, 'the leaf hash');
  checkHash(root, 'the root');
  for (const hash of proof) checkHash(hash, 'a hash of the inclusion proof');
  if (!sameBytes(climb(index, size, leafHash, proof, proof.length), root)) {
    throw new TlogError('proof-refused', `the proof does not lead from entry ${index} to the root of size ${size}`);
  }
}

/** Ranges of entries whose tree hashes are `PATH(index, D[size])`, from the leaf's sibling up. */
export function inclusionRanges(index: number, size: number): EntryRange[] {
  checkIndex(index, size);
  const ranges: EntryRange[] = [];
  let start = 0;
  let end = size;
  while (end - start > 1) {
    const middle = start + splitPoint(end - start);
    if (index < middle) {
      ranges.unshift({ start: middle, end });
      end = middle;
    } else {
      ranges.unshift({ start, end: middle });
      start = middle;
    }
  }
  return ranges;
}

/** Root of the subtree of `size` leaves that holds the leaf at `index`, by the first `used` hashes of the proof. */
function climb(index: number, size: number, leaf: Uint8Array, proof: readonly Uint8Array[], used: number): Uint8Array {
  if (size === 1) {
    if (used !== 0) throw new TlogError('proof-refused', 'the inclusion proof has too many hashes');
    return leaf;
  }
  if (used === 0) throw new TlogError('proof-refused', 'the inclusion proof has too few hashes');
  const sibling = proof[used - 1]!;
  const split = splitPoint(size);
  return index < split
    ? nodeHash(climb(index, split, leaf, proof, used - 1), sibling)
    : nodeHash(sibling, climb(index - split, size - split, leaf, proof, used - 1));
}
