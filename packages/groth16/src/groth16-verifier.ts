import type { Groth16Proof } from './proof.ts';
import type { VerificationKey } from './verification-key.ts';
import type { Groth16Verdict } from './verify-groth16.ts';

/** A proof in the bytes of `encodeProof`, with what it is to prove. */
export interface ProofClaim {
  readonly key: VerificationKey;
  readonly publicSignals: readonly bigint[];
  readonly proof: Uint8Array;
}

/** What a caller may ask of a batch. */
export interface BatchOptions {
  /** Cancels it: the batch rejects with `ABORTED`. */
  readonly signal?: AbortSignal;
}

/**
 * Verifies Groth16 proofs: the checks of docs/spec/groth16.md, section 3, in their order, the first that fails being the
 * reason. Implementations differ in speed alone.
 */
export interface Groth16Verifier {
  /** Name for reports: `noble`, or `native` with its arithmetic. */
  readonly name: string;
  /** Verifies a proof that is at hand in coordinates. */
  verify(key: VerificationKey, publicSignals: readonly bigint[], proof: Groth16Proof): Groth16Verdict;
  /** Verifies a proof in the bytes in which it travels. */
  verifyBytes(claim: ProofClaim): Groth16Verdict;
  /**
   * Verifies many proofs, away from the main thread where it can: one verdict for each, in their order. All are those of
   * `verifyBytes`, but that a bad proof among them may pass with a probability below 2^-100.
   *
   * @throws Groth16Error `ABORTED`
   */
  verifyBatch(claims: readonly ProofClaim[], options?: BatchOptions): Promise<readonly Groth16Verdict[]>;
}
