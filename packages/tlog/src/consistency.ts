import { checkSize } from './bounds.ts';
import { sameBytes } from './bytes.ts';
import { TlogError } from './error.ts';
import { checkHash, emptyRoot, nodeHash } from './hash.ts';
import { type EntryRange, splitPoint } from './tree.ts';

/** A claim that the tree of `oldSize` entries under `oldRoot` is a prefix of the one of `newSize` under `newRoot`. */
export type ConsistencyClaim = {
  readonly oldSize: number;
  readonly newSize: number;
  readonly oldRoot: Uint8Array;
  readonly newRoot: Uint8Array;
  readonly proof: readonly Uint8Array[];
};

/**
 * Verifies a consistency proof (RFC 6962, section 2.1.2). Returning is the only success. Equal sizes need equal roots
 * and an empty proof. From size 0 nothing can be shown, so it is accepted only with the empty tree's root, an empty
 * proof and a new size of 0; a caller that starts from nothing has nothing to verify.
 *
 * @throws TlogError `out-of-range`, `malformed` (a hash is not 32 bytes) or `proof-refused`
 */
export function verifyConsistency(claim: ConsistencyClaim): void {
  const { oldSize, newSize, oldRoot, newRoot, proof } = claim;
  checkOrder(oldSize, newSize);
  if (oldSize === newSize) {
    // Nothing is hashed here: that the two roots are one is the whole claim.
    const rightRoot = oldSize > 0 || sameBytes(oldRoot, emptyRoot());
    if (proof.length === 0 && rightRoot && sameBytes(oldRoot, newRoot)) return;
    throw new TlogError('proof-refused', `two trees of size ${oldSize} need one root and an empty proof`);
  }
  checkHash(oldRoot, 'the old root');
  checkHash(newRoot, 'the new root');
  for (const hash of proof) checkHash(hash, 'a hash of the consistency proof');
  if (oldSize === 0) throw new TlogError('proof-refused', 'nothing follows from a tree without entries');
  const replayed = replay(oldSize, newSize, true, oldRoot, proof, proof.length);
  if (!sameBytes(replayed.old, oldRoot) || !sameBytes(replayed.new, newRoot)) {
    throw new TlogError('proof-refused', `the proof does not lead from size ${oldSize} to size ${newSize}`);
  }
}

/**
 * Ranges of entries whose tree hashes are `PROOF(oldSize, D[newSize])`, in order. None from size 0 or between equal sizes.
 *
 * @throws TlogError `out-of-range`
 */
export function consistencyRanges(oldSize: number, newSize: number): EntryRange[] {
  checkOrder(oldSize, newSize);
  return oldSize === 0 ? [] : subproof(oldSize, 0, newSize, true);
}

function checkOrder(oldSize: number, newSize: number): void {
  checkSize(oldSize);
  checkSize(newSize);
  if (oldSize > newSize) throw new TlogError('out-of-range', `a tree of size ${oldSize} cannot precede ${newSize}`);
}

/** `SUBPROOF(m, D[start:end], known)` of RFC 6962; `known`: the old tree's own root, which the verifier has. */
function subproof(m: number, start: number, end: number, known: boolean): EntryRange[] {
  const count = end - start;
  if (m === count) return known ? [] : [{ start, end }];
  const split = splitPoint(count);
  const middle = start + split;
  return m <= split
    ? [...subproof(m, start, middle, known), { start: middle, end }]
    : [...subproof(m - split, middle, end, false), { start, end: middle }];
}

type Roots = { readonly old: Uint8Array; readonly new: Uint8Array };

/** Follows `SUBPROOF` with its hashes, giving what the old and the new tree hash to in this subtree. */
function replay(
  m: number,
  count: number,
  known: boolean,
  oldRoot: Uint8Array,
  proof: readonly Uint8Array[],
  used: number,
): Roots {
  if (m === count) {
    if (used !== (known ? 0 : 1)) throw new TlogError('proof-refused', 'the consistency proof has a wrong length');
    const hash = known ? oldRoot : proof[0]!;
    return { old: hash, new: hash };
  }
  if (used === 0) throw new TlogError('proof-refused', 'the consistency proof has too few hashes');
  const sibling = proof[used - 1]!;
  const split = splitPoint(count);
  if (m <= split) {
    const left = replay(m, split, known, oldRoot, proof, used - 1);
    return { old: left.old, new: nodeHash(left.new, sibling) };
  }
  const right = replay(m - split, count - split, false, oldRoot, proof, used - 1);
  return { old: nodeHash(sibling, right.old), new: nodeHash(sibling, right.new) };
}
