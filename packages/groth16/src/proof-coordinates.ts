import { Groth16Error } from './error.ts';
import { decodeG1, decodeG2, encodeSaturated, G1_BYTES, G2_BYTES } from './point-bytes.ts';
import type { Groth16Proof } from './proof.ts';

const B_AT = G1_BYTES;
const C_AT = B_AT + G2_BYTES;

/** Bytes of a proof with all of its coordinates. */
export const PROOF_COORDINATE_BYTES = C_AT + G1_BYTES;

/**
 * All coordinates of a proof, 32 bytes each, big-endian: `A.x A.y | B.x.c1 B.x.c0 B.y.c1 B.y.c0 | C.x C.y`. Between this
 * process and its native code only: a proof travels in the bytes of `encodeProof`. A coordinate outside [0, 2^256) becomes
 * 2^256 - 1, which is out of range as well.
 */
export function encodeCoordinatesOf({ a, b, c }: Groth16Proof): Uint8Array {
  return encodeSaturated([a.x, a.y, b.x.c1, b.x.c0, b.y.c1, b.y.c0, c.x, c.y]);
}

/**
 * Reads {@link encodeCoordinatesOf}. Nothing is checked but the length: verifying does.
 *
 * @throws Groth16Error `MALFORMED_PROOF` for another length.
 */
export function decodeCoordinatesOf(bytes: Uint8Array): Groth16Proof {
  if (bytes.length !== PROOF_COORDINATE_BYTES) {
    throw new Groth16Error('MALFORMED_PROOF', `a proof in coordinates has ${PROOF_COORDINATE_BYTES} bytes`);
  }
  return { a: decodeG1(bytes, 0), b: decodeG2(bytes, B_AT), c: decodeG1(bytes, C_AT) };
}
