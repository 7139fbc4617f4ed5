import { bn254 } from '@noble/curves/bn254.js';
import { BASE_FIELD_ORDER } from './bn254.ts';

const { Fp, Fp2 } = bn254.fields;

/** An element `c0 + c1 * u` of the quadratic extension of the base field. */
export interface Fq2 {
  readonly c0: bigint;
  readonly c1: bigint;
}

/** An affine point of G1. Infinity, which no proof or key may contain, is written (0, 0). */
export interface G1Affine {
  readonly x: bigint;
  readonly y: bigint;
}

/** An affine point of G2. Infinity, which no proof or key may contain, is written (0, 0). */
export interface G2Affine {
  readonly x: Fq2;
  readonly y: Fq2;
}

/** What is wrong with a point that comes from outside, or `undefined` for a good one. */
export type PointDefect =
  | 'COORDINATE_OUT_OF_RANGE'
  | 'POINT_AT_INFINITY'
  | 'POINT_OFF_CURVE'
  | 'POINT_OUTSIDE_SUBGROUP';

/** `y^2 = x^3 + 3`. G1 has cofactor 1: every point on the curve is in the group. */
export function g1Defect({ x, y }: G1Affine): PointDefect | undefined {
  if (!isCanonical(x) || !isCanonical(y)) return 'COORDINATE_OUT_OF_RANGE';
  if (x === 0n && y === 0n) return 'POINT_AT_INFINITY';
  if (!Fp.eql(Fp.sqr(y), g1Square(x))) return 'POINT_OFF_CURVE';
  return undefined;
}

/** `y^2 = x^3 + 3 / (9 + u)` (EIP-197). The twist has a large cofactor: the subgroup needs a check of its own. */
export function g2Defect(point: G2Affine): PointDefect | undefined {
  const defect = twistDefect(point);
  if (defect !== undefined) return defect;
  return bn254.G2.Point.fromAffine(point).isTorsionFree() ? undefined : 'POINT_OUTSIDE_SUBGROUP';
}

/** All of {@link g2Defect} but the subgroup. */
export function twistDefect({ x, y }: G2Affine): PointDefect | undefined {
  if (![x.c0, x.c1, y.c0, y.c1].every(isCanonical)) return 'COORDINATE_OUT_OF_RANGE';
  if (Fp2.is0(x) && Fp2.is0(y)) return 'POINT_AT_INFINITY';
  return Fp2.eql(Fp2.sqr(y), twistSquare(x)) ? undefined : 'POINT_OFF_CURVE';
}

/** `x^3 + 3`: the square of the y that a point of G1 has. */
export function g1Square(x: bigint): bigint {
  return Fp.add(Fp.mul(Fp.sqr(x), x), 3n);
}

/** `x^3 + 3 / (9 + u)`: the square of the y that a point of the twist has. */
export function twistSquare(x: Fq2): Fq2 {
  return Fp2.add(Fp2.mul(Fp2.sqr(x), x), bn254.G2.Point.CURVE().b);
}

/** Whether two points of G2 are the same. */
export function sameG2(a: G2Affine, b: G2Affine): boolean {
  return Fp2.eql(a.x, b.x) && Fp2.eql(a.y, b.y);
}

/** Whether a coordinate is in [0, q). */
export function isCanonical(coordinate: bigint): boolean {
  return coordinate >= 0n && coordinate < BASE_FIELD_ORDER;
}
