import { sha256 } from '@noble/hashes/sha2.js';
import { Groth16Error } from './error.ts';
import { encodeG1, encodeG2 } from './point-bytes.ts';
import { type G1Affine, type G2Affine, g1Defect, g2Defect, sameG2 } from './points.ts';
import { formatG1, formatG2, parseG1, parseG2, parseObject, type SnarkjsG1, type SnarkjsG2 } from './snarkjs-json.ts';

/** A checked Groth16 verification key (eprint 2016/260). `ic` has one point more than there are public signals. */
export interface VerificationKey {
  readonly alpha: G1Affine;
  readonly beta: G2Affine;
  readonly gamma: G2Affine;
  readonly delta: G2Affine;
  readonly ic: readonly G1Affine[];
}

/** A verification key in the JSON form of snarkjs, without the redundant pairing value. */
export interface SnarkjsVerificationKey {
  readonly protocol: 'groth16';
  readonly curve: 'bn128';
  readonly nPublic: number;
  readonly vk_alpha_1: SnarkjsG1;
  readonly vk_beta_2: SnarkjsG2;
  readonly vk_gamma_2: SnarkjsG2;
  readonly vk_delta_2: SnarkjsG2;
  readonly IC: readonly SnarkjsG1[];
}

/** First bytes of {@link encodeVerificationKey}: what the hash is of. */
const ENCODING = new TextEncoder().encode('assay/groth16-bn254-verification-key/v1\n');

/**
 * Reads a verification key in the JSON form of snarkjs, strictly: canonical numbers, every point in its group and not
 * infinity, `nPublic` one less than the points of `IC`, gamma unlike delta (equal ones let anyone forge).
 * `vk_alphabeta_12`, which snarkjs adds, is ignored: it follows from the rest.
 *
 * @throws Groth16Error `MALFORMED_KEY` naming the member.
 */
export function parseVerificationKey(json: unknown): VerificationKey {
  const known = [
    'protocol',
    'curve',
    'nPublic',
    'vk_alpha_1',
    'vk_beta_2',
    'vk_gamma_2',
    'vk_delta_2',
    'vk_alphabeta_12',
    'IC',
  ];
  const members = parseObject(json, known);
  if (members?.protocol !== 'groth16' || members.curve !== 'bn128') {
    throw malformed('it is not the JSON of a groth16 key over bn128');
  }
  if (!Array.isArray(members.IC) || members.nPublic !== members.IC.length - 1) {
    throw malformed('IC does not have nPublic + 1 points');
  }
  const key: VerificationKey = {
    alpha: requireG1('vk_alpha_1', members.vk_alpha_1),
    beta: requireG2('vk_beta_2', members.vk_beta_2),
    gamma: requireG2('vk_gamma_2', members.vk_gamma_2),
    delta: requireG2('vk_delta_2', members.vk_delta_2),
    ic: members.IC.map((point, index) => requireG1(`IC[${index}]`, point)),
  };
  if (sameG2(key.gamma, key.delta)) throw malformed('gamma equals delta, so proofs can be forged');
  return key;
}

/** The JSON form of snarkjs. */
export function formatVerificationKey(key: VerificationKey): SnarkjsVerificationKey {
  return {
    protocol: 'groth16',
    curve: 'bn128',
    nPublic: key.ic.length - 1,
    vk_alpha_1: formatG1(key.alpha),
    vk_beta_2: formatG2(key.beta),
    vk_gamma_2: formatG2(key.gamma),
    vk_delta_2: formatG2(key.delta),
    IC: key.ic.map(formatG1),
  };
}

/**
 * The bytes that name a key: the line `assay/groth16-bn254-verification-key/v1`, the number of public signals (32 bits,
 * big-endian), then `alpha | beta | gamma | delta | IC[0] | ... | IC[n]`, points as in a proof's bytes.
 */
export function encodeVerificationKey(key: VerificationKey): Uint8Array {
  const count = new Uint8Array(4);
  new DataView(count.buffer).setUint32(0, key.ic.length - 1);
  const parts = [
    ENCODING,
    count,
    encodeG1(key.alpha),
    encodeG2(key.beta),
    encodeG2(key.gamma),
    encodeG2(key.delta),
    ...key.ic.map(encodeG1),
  ];
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** SHA-256 of {@link encodeVerificationKey}, 32 bytes: by this a verifier pins a key. */
export function verificationKeyHash(key: VerificationKey): Uint8Array {
  return sha256(encodeVerificationKey(key));
}

function requireG1(member: string, json: unknown): G1Affine {
  const point = parseG1(json);
  const defect = point === undefined ? 'NOT_CANONICAL' : g1Defect(point);
  if (point === undefined || defect !== undefined) throw malformed(`${member} is no point of G1 (${defect})`);
  return point;
}

function requireG2(member: string, json: unknown): G2Affine {
  const point = parseG2(json);
  const defect = point === undefined ? 'NOT_CANONICAL' : g2Defect(point);
  if (point === undefined || defect !== undefined) throw malformed(`${member} is no point of G2 (${defect})`);
  return point;
}

function malformed(what: string): Groth16Error {
  return new Groth16Error('MALFORMED_KEY', `cannot read the verification key: ${what}`);
}
