import { FIELD_ORDER, type Fr, invertFr } from './fr.ts';
import type { Point } from './point.ts';

// Twisted Edwards form a x^2 + y^2 = 1 + d x^2 y^2 of Baby Jubjub (EIP-2494). a is a square and d is none, so the
// addition law is complete: no pair of curve points is an exception.
export const EDWARDS_A = 168700n;
export const EDWARDS_D = 168696n;

/** Extended coordinates: x = X/Z, y = Y/Z, T = XY/Z (Hisil, Wong, Carter, Dawson 2008). */
export interface ExtendedPoint {
  readonly x: bigint;
  readonly y: bigint;
  readonly t: bigint;
  readonly z: bigint;
}

export const EXTENDED_IDENTITY: ExtendedPoint = { x: 0n, y: 1n, t: 0n, z: 1n };

export function toExtended({ x, y }: Point): ExtendedPoint {
  return { x, y, t: (x * y) % FIELD_ORDER, z: 1n };
}

export function toAffine({ x, y, z }: ExtendedPoint): Point {
  const inverse = invertFr(z as Fr);
  return { x: ((x * inverse) % FIELD_ORDER) as Fr, y: ((y * inverse) % FIELD_ORDER) as Fr };
}

/** Whether two points are the same: their coordinates differ by a factor. */
export function sameExtended(p: ExtendedPoint, q: ExtendedPoint): boolean {
  return (p.x * q.z - q.x * p.z) % FIELD_ORDER === 0n && (p.y * q.z - q.y * p.z) % FIELD_ORDER === 0n;
}

/** Whether x and y of a point with z = 1 satisfy the curve's equation. */
export function satisfiesEquation({ x, y, t }: ExtendedPoint): boolean {
  return (EDWARDS_A * x * x + y * y - 1n - EDWARDS_D * t * t) % FIELD_ORDER === 0n;
}

// Keep differences from going negative.
const A_R_SQUARED = EDWARDS_A * FIELD_ORDER * FIELD_ORDER;
const D_R = EDWARDS_D * FIELD_ORDER;

/**
 * add-2008-hwcd: unified and, on this curve, complete. Coordinates stay in [0, r). Reductions cost far more than products,
 * so sums of products are reduced once.
 */
export function addExtended(p: ExtendedPoint, q: ExtendedPoint): ExtendedPoint {
  const e = (p.x * q.y + p.y * q.x) % FIELD_ORDER;
  const h = (p.y * q.y + A_R_SQUARED - EDWARDS_A * p.x * q.x) % FIELD_ORDER;
  const c = ((p.t * q.t) % FIELD_ORDER) * EDWARDS_D; // 18 bits longer than an element: not worth a reduction
  const z = q.z === 1n ? p.z : (p.z * q.z) % FIELD_ORDER;
  const f = z + D_R - c;
  const g = z + c;
  return { x: (e * f) % FIELD_ORDER, y: (g * h) % FIELD_ORDER, t: (e * h) % FIELD_ORDER, z: (f * g) % FIELD_ORDER };
}

const WINDOW = 4n;

/** `k * p` for k >= 0, by windows of four bits. Not constant in time. */
export function multiplyExtended(p: ExtendedPoint, k: bigint): ExtendedPoint {
  const table = [EXTENDED_IDENTITY];
  for (let i = 1; i < 1 << Number(WINDOW); i++) table.push(addExtended(table[i - 1]!, p));
  const digits: number[] = [];
  for (let left = k; left > 0n; left >>= WINDOW) digits.push(Number(left & 15n));
  let result = EXTENDED_IDENTITY;
  for (const digit of digits.reverse()) {
    for (let i = 0n; i < WINDOW; i++) result = addExtended(result, result);
    result = addExtended(result, table[digit]!);
  }
  return result;
}
