import { Groth16Error } from './error.ts';
import { decodeG1, decodeG2, encodeG1, encodeG2, G1_BYTES, G2_BYTES } from './point-bytes.ts';
import { type G1Affine, type G2Affine, isCanonical } from './points.ts';
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
export const PROOF_BYTES = G1_BYTES + G2_BYTES + G1_BYTES;

/**
 * The 256 bytes in which a proof travels:
 * `A.x A.y | B.x.c1 B.x.c0 B.y.c1 B.y.c0 | C.x C.y`, each 32 bytes, big-endian, below q.
 *
 * Groth16 proofs can be re-randomised by anyone: these bytes identify an encoding, never a statement.
 *
 * @throws Groth16Error `MALFORMED_PROOF` for a coordinate outside the field.
 */
export function encodeProof(proof: Groth16Proof): Uint8Array {
  requireCanonical(proof);
  const bytes = new Uint8Array(PROOF_BYTES);
  bytes.set(encodeG1(proof.a), 0);
  bytes.set(encodeG2(proof.b), G1_BYTES);
  bytes.set(encodeG1(proof.c), G1_BYTES + G2_BYTES);
  return bytes;
}

/**
 * Reads the bytes of {@link encodeProof}. One proof has one encoding.
 *
 * @throws Groth16Error `MALFORMED_PROOF` for another length, or a coordinate that is not below q.
 */
export function decodeProof(bytes: Uint8Array): Groth16Proof {
  if (bytes.length !== PROOF_BYTES) throw malformed(`it has ${bytes.length} bytes instead of ${PROOF_BYTES}`);
  const proof = { a: decodeG1(bytes, 0), b: decodeG2(bytes, G1_BYTES), c: decodeG1(bytes, G1_BYTES + G2_BYTES) };
  requireCanonical(proof);
  return proof;
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

function requireCanonical({ a, b, c }: Groth16Proof): void {
  const coordinates = [a.x, a.y, b.x.c0, b.x.c1, b.y.c0, b.y.c1, c.x, c.y];
  if (!coordinates.every(isCanonical)) throw malformed('a coordinate is not below the field order');
}

function malformed(what: string): Groth16Error {
  return new Groth16Error('MALFORMED_PROOF', `cannot read the proof: ${what}`);
}
