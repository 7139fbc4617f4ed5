import type { G1Affine, G2Affine } from './points.ts';

/** Bytes of one coordinate: big-endian, as on the Ethereum precompiles (EIP-196, EIP-197). */
export const COORDINATE_BYTES = 32;

/** Bytes of a point of G1: `x | y`. */
export const G1_BYTES = 2 * COORDINATE_BYTES;

/** Bytes of a point of G2: `x.c1 | x.c0 | y.c1 | y.c0`, the imaginary part first (EIP-197). */
export const G2_BYTES = 4 * COORDINATE_BYTES;

/** `x | y`. */
export function encodeG1({ x, y }: G1Affine): Uint8Array {
  return encodeCoordinates([x, y]);
}

/** `x.c1 | x.c0 | y.c1 | y.c0`. */
export function encodeG2({ x, y }: G2Affine): Uint8Array {
  return encodeCoordinates([x.c1, x.c0, y.c1, y.c0]);
}

/** Reads a point of G1 at an offset; nothing is checked but the length. */
export function decodeG1(bytes: Uint8Array, at: number): G1Affine {
  return { x: decodeCoordinate(bytes, at), y: decodeCoordinate(bytes, at + COORDINATE_BYTES) };
}

/** Reads a point of G2 at an offset; nothing is checked but the length. */
export function decodeG2(bytes: Uint8Array, at: number): G2Affine {
  const [x1, x0, y1, y0] = [0, 1, 2, 3].map((i) => decodeCoordinate(bytes, at + i * COORDINATE_BYTES));
  return { x: { c0: x0!, c1: x1! }, y: { c0: y0!, c1: y1! } };
}

/** Each 32 bytes, one after the other. */
export function encodeCoordinates(coordinates: readonly bigint[]): Uint8Array {
  const bytes = new Uint8Array(coordinates.length * COORDINATE_BYTES);
  const view = new DataView(bytes.buffer);
  for (const [index, coordinate] of coordinates.entries()) {
    for (let word = 0; word < 4; word++) {
      view.setBigUint64(index * COORDINATE_BYTES + 8 * word, BigInt.asUintN(64, coordinate >> BigInt(64 * (3 - word))));
    }
  }
  return bytes;
}

const LARGEST = (1n << 256n) - 1n;

/** Each 32 bytes, one after the other; what does not fit becomes 2^256 - 1, which is out of range everywhere as well. */
export function encodeSaturated(values: readonly bigint[]): Uint8Array {
  return encodeCoordinates(values.map((value) => (value < 0n || value > LARGEST ? LARGEST : value)));
}

/** Reads one coordinate at an offset; nothing is checked but the length. */
export function decodeCoordinate(bytes: Uint8Array, at: number): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, COORDINATE_BYTES);
  return [0, 8, 16, 24].reduce((value, offset) => (value << 64n) | view.getBigUint64(offset), 0n);
}
