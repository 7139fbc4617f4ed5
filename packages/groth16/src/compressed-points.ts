import { bn254 } from '@noble/curves/bn254.js';
import { BASE_FIELD_ORDER } from './bn254.ts';
import { COORDINATE_BYTES, decodeCoordinate, encodeCoordinates } from './point-bytes.ts';
import { type Fq2, type G1Affine, type G2Affine, g1Square, isCanonical, twistSquare } from './points.ts';
import { squareRoot, squareRootFq2 } from './square-roots.ts';

const { Fp, Fp2 } = bn254.fields;

/** Bytes of a compressed point of G1. */
export const COMPRESSED_G1_BYTES = COORDINATE_BYTES;

/** Bytes of a compressed point of G2. */
export const COMPRESSED_G2_BYTES = 2 * COORDINATE_BYTES;

/** What keeps bytes from being a compressed point. */
export type CompressionDefect = 'NOT_COMPRESSED' | 'X_OUT_OF_RANGE' | 'NO_POINT';

// The two highest bits of the first byte, as gnark-crypto has them: no x below q uses them. 00 marks a point with both
// coordinates and 01 infinity, neither of which is read here.
const SIGN_BITS = 0xc0;
const SMALLER_Y = 0x80;
const LARGER_Y = 0xc0;

/** `x` with the sign of y: 10 in the two highest bits for the smaller of y and -y, 11 for the larger. */
export function compressG1({ x, y }: G1Affine): Uint8Array {
  return signed([x], isLarger(y));
}

/** `x.c1 | x.c0`, the sign of y in front. Of y and -y the one with the larger c1 is the larger, c0 deciding where c1 is 0. */
export function compressG2({ x, y }: G2Affine): Uint8Array {
  return signed([x.c1, x.c0], isLargerFq2(y));
}

/** Reads {@link compressG1} at an offset: a point on the curve that no other bytes mean, or why there is none. */
export function decompressG1(bytes: Uint8Array, at: number): G1Affine | CompressionDefect {
  const sign = signAt(bytes, at);
  if (sign === undefined) return 'NOT_COMPRESSED';
  const x = unsignedCoordinate(bytes, at);
  if (!isCanonical(x)) return 'X_OUT_OF_RANGE';
  const y = squareRoot(g1Square(x));
  if (y === undefined) return 'NO_POINT';
  // No point of either curve has y = 0, where both signs would mean the same: their orders are odd.
  return { x, y: isLarger(y) === (sign === LARGER_Y) ? y : Fp.neg(y) };
}

/** Reads {@link compressG2} at an offset: a point of the twist, of G2 or not, that no other bytes mean, or why there is none. */
export function decompressG2(bytes: Uint8Array, at: number): G2Affine | CompressionDefect {
  const sign = signAt(bytes, at);
  if (sign === undefined) return 'NOT_COMPRESSED';
  const x = { c0: decodeCoordinate(bytes, at + COORDINATE_BYTES), c1: unsignedCoordinate(bytes, at) };
  if (!isCanonical(x.c0) || !isCanonical(x.c1)) return 'X_OUT_OF_RANGE';
  const y = squareRootFq2(twistSquare(x));
  if (y === undefined) return 'NO_POINT';
  return { x, y: isLargerFq2(y) === (sign === LARGER_Y) ? y : Fp2.neg(y) };
}

function signed(coordinates: readonly bigint[], larger: boolean): Uint8Array {
  const bytes = encodeCoordinates(coordinates);
  bytes[0] = bytes[0]! | (larger ? LARGER_Y : SMALLER_Y);
  return bytes;
}

function signAt(bytes: Uint8Array, at: number): number | undefined {
  const sign = bytes[at]! & SIGN_BITS;
  return sign === SMALLER_Y || sign === LARGER_Y ? sign : undefined;
}

function unsignedCoordinate(bytes: Uint8Array, at: number): bigint {
  return BigInt.asUintN(8 * COORDINATE_BYTES - 2, decodeCoordinate(bytes, at));
}

function isLarger(y: bigint): boolean {
  return 2n * y > BASE_FIELD_ORDER;
}

function isLargerFq2({ c0, c1 }: Fq2): boolean {
  return isLarger(c1 === 0n ? c0 : c1);
}
