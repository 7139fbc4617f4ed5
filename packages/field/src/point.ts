import { FieldError } from './error.ts';
import {
  addExtended,
  EXTENDED_IDENTITY,
  type ExtendedPoint,
  multiplyExtended,
  satisfiesEquation,
  toAffine,
  toExtended,
} from './extended-point.ts';
import { FIELD_ORDER, type Fr, isFr } from './fr.ts';
import { SUBGROUP_ORDER } from './scalar.ts';
import { tateResidue } from './tate-residue.ts';

/** Affine coordinates on Baby Jubjub, `168700 x^2 + y^2 = 1 + 168696 x^2 y^2` (EIP-2494). */
export interface Point {
  readonly x: Fr;
  readonly y: Fr;
}

/** The neutral element, (0, 1). */
export const IDENTITY: Point = { x: 0n as Fr, y: 1n as Fr };

/** B8: generator of the prime-order subgroup, eight times the curve's generator (EIP-2494). */
export const B8: Point = {
  x: 5299619240641551281634865583518297030282874472190772894086521144482721001553n as Fr,
  y: 16950150798460657717958625567821834550301663161624707787222815936182638968203n as Fr,
};

/** Whether coordinates are canonical and satisfy the curve's equation. */
export function isOnCurve(point: Point): boolean {
  return isFr(point.x) && isFr(point.y) && satisfiesEquation(toExtended(point));
}

/** Whether a point is on the curve and in the subgroup of order l (the identity is). */
export function isInSubgroup(point: Point): boolean {
  if (!isOnCurve(point)) return false;
  const residue = tateResidue(point);
  return residue === undefined ? pointEquals(multiplyUnchecked(point, SUBGROUP_ORDER), IDENTITY) : residue === 1n;
}

export function pointEquals(p: Point, q: Point): boolean {
  return p.x === q.x && p.y === q.y;
}

/**
 * Sum of two points.
 *
 * @throws FieldError `INVALID_POINT` when one is off the curve.
 */
export function pointAdd(p: Point, q: Point): Point {
  return toAffine(addExtended(extend(p), extend(q)));
}

/** The inverse, (-x, y). */
export function pointNegate({ x, y }: Point): Point {
  return { x: (x === 0n ? 0n : FIELD_ORDER - x) as Fr, y };
}

/**
 * `k * p`, for any k >= 0 (it is not reduced: p may have another order than l). Its time depends on k.
 *
 * @throws FieldError `INVALID_POINT` when p is off the curve; `NOT_CANONICAL` for a negative k.
 */
export function pointMultiply(p: Point, k: bigint): Point {
  if (k < 0n) throw new FieldError('NOT_CANONICAL', 'a multiplier is negative');
  return toAffine(multiplyExtended(extend(p), k));
}

/**
 * Sum of any number of points, with one inversion. One point after the other is taken, so a list of a million needs
 * no memory of its own.
 *
 * @throws FieldError `INVALID_POINT` when one is off the curve.
 */
export function sumPoints(points: Iterable<Point>): Point {
  let sum = EXTENDED_IDENTITY;
  for (const point of points) sum = addExtended(sum, extend(point));
  return toAffine(sum);
}

/** A point of the curve in extended coordinates. @throws FieldError `INVALID_POINT` */
export function extend(point: Point): ExtendedPoint {
  const extended = toExtended(point);
  if (isFr(point.x) && isFr(point.y) && satisfiesEquation(extended)) return extended;
  throw new FieldError('INVALID_POINT', 'a point is not on the curve');
}

function multiplyUnchecked(point: Point, k: bigint): Point {
  return toAffine(multiplyExtended(toExtended(point), k));
}
