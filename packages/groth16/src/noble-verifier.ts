import { Groth16Error } from './error.ts';
import type { BatchOptions, Groth16Verifier, ProofClaim } from './groth16-verifier.ts';
import { decodeProof, type Groth16Proof } from './proof.ts';
import { type Groth16Verdict, signalDefect, verifyGroth16 } from './verify-groth16.ts';

/** Verifies with `@noble/curves`, wherever JavaScript runs: some 30 ms a proof. A batch takes the proofs one after the other. */
export const nobleVerifier: Groth16Verifier = {
  name: 'noble',
  verify: verifyGroth16,
  verifyBytes,
  async verifyBatch(claims: readonly ProofClaim[], { signal }: BatchOptions = {}) {
    const verdicts: Groth16Verdict[] = [];
    for (const claim of claims) {
      if (signal?.aborted) throw new Groth16Error('ABORTED', 'the caller cancelled the batch');
      verdicts.push(verifyBytes(claim));
      // Whatever else the main thread has to do goes in between.
      await new Promise((resolve) => setTimeout(resolve));
    }
    return verdicts;
  },
};

function verifyBytes({ key, publicSignals, proof }: ProofClaim): Groth16Verdict {
  const reason = signalDefect(key, publicSignals);
  if (reason !== undefined) return { ok: false, reason };
  const decoded = tryDecode(proof);
  return decoded === undefined ? { ok: false, reason: 'PROOF_ENCODING' } : verifyGroth16(key, publicSignals, decoded);
}

function tryDecode(bytes: Uint8Array): Groth16Proof | undefined {
  try {
    return decodeProof(bytes);
  } catch (error) {
    if (error instanceof Groth16Error) return undefined;
    throw error;
  }
}
