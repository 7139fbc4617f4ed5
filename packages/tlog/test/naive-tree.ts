import { createHash } from 'node:crypto';
import { type Tile, tilePath } from '../src/tile.ts';

// A tree as the RFC's text defines it, with slices and another SHA-256: what the tests hold the real one against.

const sha256 = (...parts: readonly Uint8Array[]): Uint8Array => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
};

/** `MTH(D[n])`. */
export function naiveRoot(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 0) return sha256();
  if (leaves.length === 1) return sha256(Uint8Array.of(0), leaves[0]!);
  const k = naiveSplit(leaves.length);
  return sha256(Uint8Array.of(1), naiveRoot(leaves.slice(0, k)), naiveRoot(leaves.slice(k)));
}

/** `PATH(m, D[n])`. */
export function naivePath(m: number, leaves: readonly Uint8Array[]): Uint8Array[] {
  if (leaves.length === 1) return [];
  const k = naiveSplit(leaves.length);
  return m < k
    ? [...naivePath(m, leaves.slice(0, k)), naiveRoot(leaves.slice(k))]
    : [...naivePath(m - k, leaves.slice(k)), naiveRoot(leaves.slice(0, k))];
}

/** `SUBPROOF(m, D[n], known)`; `PROOF(m, D[n])` with `known`. */
export function naiveSubproof(m: number, leaves: readonly Uint8Array[], known = true): Uint8Array[] {
  if (m === leaves.length) return known ? [] : [naiveRoot(leaves)];
  const k = naiveSplit(leaves.length);
  return m <= k
    ? [...naiveSubproof(m, leaves.slice(0, k), known), naiveRoot(leaves.slice(k))]
    : [...naiveSubproof(m - k, leaves.slice(k), false), naiveRoot(leaves.slice(0, k))];
}

/** The bytes of a tile: `MTH(D[(n * 256 + i) * 256^l : (n * 256 + i + 1) * 256^l])` for i below the width. */
export function naiveTile({ level, index, width }: Tile, leaves: readonly Uint8Array[]): Uint8Array {
  const span = 256 ** level;
  const hashes = Array.from({ length: width }, (_, i) => {
    const start = (index * 256 + i) * span;
    if (start + span > leaves.length) throw new Error(`${tilePath({ level, index, width })} is wider than the tree`);
    return naiveRoot(leaves.slice(start, start + span));
  });
  return new Uint8Array(Buffer.concat(hashes));
}

function naiveSplit(n: number): number {
  return 2 ** Math.floor(Math.log2(n - 1));
}
