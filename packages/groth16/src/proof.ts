import {
  COMPRESSED_G1_BYTES,
  COMPRESSED_G2_BYTES,
  type CompressionDefect,
  compressG1,
  compressG2,
  decompressG1,
  decompressG2,
} from './compressed-points.ts';
import { Groth16Error } from './error.ts';
import { type G1Affine, type G2Affine, g1Defect, twistDefect } from './points.ts';
import { formatG1, formatG2, parseG1, parseG2, parseObject, type SnarkjsG1, type SnarkjsG2 } from './snarkjs-json.ts';

/** A Groth16 proof (eprint 2016/260): A and C in G1, B in G2. That it lies on the curves is for the verifier to check. */
export interface Groth16Proof {
  readonly a: G1Affine;
  readonly b: G2Affine;
  readonly c: G1Affine;
}

/** A proof in the JSON form of snarkjs. */
export interface SnarkjsProof {
  readonly pi_a: SnarkjsG1;
  readonly pi_b: SnarkjsG2;
  readonly pi_c: SnarkjsG1;
  readonly protocol: 'groth16';
  readonly curve: 'bn128';
}

/** Bytes of an encoded proof. */
export const PROOF_BYTES = 2 * COMPRESSED_G1_BYTES + COMPRESSED_G2_BYTES;

const B_AT = COMPRESSED_G1_BYTES;
const C_AT = B_AT + COMPRESSED_G2_BYTES;

/**
 * The 128 bytes in which a proof travels: `A.x | B.x.c1 B.x.c0 | C.x`, big-endian, with the sign of y in the two highest bits
 * of each point, as gnark-crypto compresses points of BN254.
 *
 * Groth16 proofs can be re-randomised by anyone: these bytes identify an encoding, never a statement.
 *
 * @throws Groth16Error `MALFORMED_PROOF` for a coordinate outside the field, infinity, or a point off its curve: none of them
 * can be written.
 */
export function encodeProof({ a, b, c }: Groth16Proof): Uint8Array {
  for (const [name, defect] of Object.entries({ A: g1Defect(a), B: twistDefect(b), C: g1Defect(c) })) {
    if (defect !== undefined) throw new Groth16Error('MALFORMED_PROOF', `cannot write the proof: ${name} is ${defect}`);
  }
  const bytes = new Uint8Array(PROOF_BYTES);
  bytes.set(compressG1(a), 0);
  bytes.set(compressG2(b), B_AT);
  bytes.set(compressG1(c), C_AT);
  return bytes;
}

/**
 * Reads the bytes of {@link encodeProof}. One proof has one encoding; what is read lies on its curves and is not infinity, but
 * B may be outside G2.
 *
 * @throws Groth16Error `MALFORMED_PROOF` for another length, other signs than the two, an x that is not below q or that no
 * point has.
 */
export function decodeProof(bytes: Uint8Array): Groth16Proof {
  if (bytes.length !== PROOF_BYTES) throw malformed(`it has ${bytes.length} bytes instead of ${PROOF_BYTES}`);
  return {
    a: required('A', decompressG1(bytes, 0)),
    b: required('B', decompressG2(bytes, B_AT)),
    c: required('C', decompressG1(bytes, C_AT)),
  };
}

/**
 * Reads a proof in the JSON form of snarkjs, strictly: decimal strings without leading zeros, last coordinates one.
 *
 * @throws Groth16Error `MALFORMED_PROOF` naming the member.
 */
export function parseProof(json: unknown): Groth16Proof {
  const members = parseObject(json, ['pi_a', 'pi_b', 'pi_c', 'protocol', 'curve']);
  if (members?.protocol !== 'groth16' || members.curve !== 'bn128') {
    throw malformed('it is not the JSON of a groth16 proof over bn128');
  }
  const [a, b, c] = [parseG1(members.pi_a), parseG2(members.pi_b), parseG1(members.pi_c)];
  if (a === undefined) throw malformed('pi_a is not a canonical point');
  if (b === undefined) throw malformed('pi_b is not a canonical point');
  if (c === undefined) throw malformed('pi_c is not a canonical point');
  return { a, b, c };
}

/** The JSON form of snarkjs. */
export function formatProof({ a, b, c }: Groth16Proof): SnarkjsProof {
  return { pi_a: formatG1(a), pi_b: formatG2(b), pi_c: formatG1(c), protocol: 'groth16', curve: 'bn128' };
}

function required<P extends object>(name: string, point: P | CompressionDefect): P {
  if (typeof point === 'string') throw malformed(`${name} is ${point}`);
  return point;
}

function malformed(what: string): Groth16Error {
  return new Groth16Error('MALFORMED_PROOF', `cannot read the proof: ${what}`);
}
