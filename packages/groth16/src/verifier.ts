// The part of this package that verifies: no Node module is imported from here on, so it also runs in a browser.
export { BASE_FIELD_ORDER, SCALAR_FIELD_ORDER } from './bn254.ts';
export { Groth16Error, type Groth16ErrorCode } from './error.ts';
export type { BatchOptions, Groth16Verifier, ProofClaim } from './groth16-verifier.ts';
export { nobleVerifier } from './noble-verifier.ts';
export type { Fq2, G1Affine, G2Affine, PointDefect } from './points.ts';
export {
  decodeProof,
  encodeProof,
  formatProof,
  type Groth16Proof,
  PROOF_BYTES,
  parseProof,
  type SnarkjsProof,
} from './proof.ts';
export {
  encodeVerificationKey,
  formatVerificationKey,
  parseVerificationKey,
  type SnarkjsVerificationKey,
  type VerificationKey,
  verificationKeyHash,
} from './verification-key.ts';
export { type Groth16Refusal, type Groth16Verdict, verifyGroth16 } from './verify-groth16.ts';
