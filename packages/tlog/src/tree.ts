import { emptyRoot, nodeHash } from './hash.ts';

/** The entries `start` to `end - 1` of a log. */
export type EntryRange = { readonly start: number; readonly end: number };

/** The largest power of two below `count`, where RFC 6962 splits a tree of `count` > 1 leaves. */
export function splitPoint(count: number): number {
  let split = 1;
  while (split * 2 < count) split *= 2;
  return split;
}

/**
 * Merkle Tree Hash over hashes of leaves (or of perfect subtrees of one height, the last of which may be smaller):
 * `MTH(D[n]) = node(MTH(D[0:k]), MTH(D[k:n]))`, RFC 6962, section 2.1.
 */
export function treeHash(hashes: readonly Uint8Array[]): Uint8Array {
  return hashes.length === 0 ? emptyRoot() : hashRun(hashes, 0, hashes.length);
}

function hashRun(hashes: readonly Uint8Array[], start: number, end: number): Uint8Array {
  if (end - start === 1) return hashes[start]!;
  const middle = start + splitPoint(end - start);
  return nodeHash(hashRun(hashes, start, middle), hashRun(hashes, middle, end));
}
