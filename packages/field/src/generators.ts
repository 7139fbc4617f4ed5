import { sha512 } from '@noble/hashes/sha2.js';
import { integerFromBytes } from './bytes.ts';
import { FieldError } from './error.ts';
import { EDWARDS_A, EDWARDS_D } from './extended-point.ts';
import { type Fr, invertFr, reduceFr } from './fr.ts';
import { IDENTITY, type Point, pointEquals, pointMultiply } from './point.ts';
import { sqrtFr } from './sqrt.ts';

/** Partitions of a decision, and groups of a partition. */
export const PARTITIONS = 4;
export const GROUPS = 8;

/** The independent bases of tallies: nobody knows a relation between any of them. */
export interface TallyGenerators {
  /** `decided[p][g]`: N, counts closings of group g of partition p. */
  readonly decided: readonly (readonly Point[])[];
  /** `approved[p][g]`: K, counts approvals. */
  readonly approved: readonly (readonly Point[])[];
  /** H, carries the blinding. */
  readonly blinding: Point;
}

const DOMAIN = 'assay.v1.generator';

/**
 * A point of the prime-order subgroup, not the identity, whose discrete logarithm nobody knows: try and increment.
 * `y = SHA-512(domain || 0 || label || 0 || k) mod r` for k = 0, 1, ... until y is the ordinate of a curve point; the
 * smaller root x; eight times the point.
 *
 * @param label printable ASCII
 * @throws FieldError `INVALID_STRING` for another label.
 */
export function hashToCurve(label: string): Point {
  if (!/^[\x21-\x7e]+$/.test(label)) throw new FieldError('INVALID_STRING', 'a generator label is printable ASCII');
  const prefix = new TextEncoder().encode(`${DOMAIN}\0${label}\0`);
  for (let counter = 0; counter < 256; counter++) {
    const digest = sha512(Uint8Array.of(...prefix, counter));
    const candidate = liftOrdinate(reduceFr(integerFromBytes(digest)));
    if (candidate === undefined) continue;
    const point = pointMultiply(candidate, 8n);
    if (!pointEquals(point, IDENTITY)) return point;
  }
  // Each try succeeds with probability one half.
  throw new FieldError('INVALID_STRING', 'no generator exists for this label');
}

/** The curve point with this y and the smaller x: `x^2 = (1 - y^2) / (a - d y^2)`, whose divisor is never zero. */
function liftOrdinate(y: Fr): Point | undefined {
  const yy = y * y;
  const x = sqrtFr(reduceFr((1n - yy) * invertFr(reduceFr(EDWARDS_A - EDWARDS_D * yy))));
  return x === undefined ? undefined : { x, y };
}

let cached: TallyGenerators | undefined;

/** The generators N, K and H of the tallies; computed once (labels `N/<p>/<g>`, `K/<p>/<g>`, `H`). */
export function tallyGenerators(): TallyGenerators {
  cached ??= { decided: grid('N'), approved: grid('K'), blinding: hashToCurve('H') };
  return cached;
}

function grid(name: string): Point[][] {
  return Array.from({ length: PARTITIONS }, (_, p) =>
    Array.from({ length: GROUPS }, (_, g) => hashToCurve(`${name}/${p}/${g}`)),
  );
}
