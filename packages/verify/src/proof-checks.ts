import { type Groth16Verdict, type Groth16Verifier, nobleVerifier, type ProofClaim } from '@assay/groth16/verifier';
import { CIRCUITS } from '@assay/statements';
import type { ProofPredicate } from './envelope.ts';
import { ACCEPTED, type Judgement, rejected } from './judgement.ts';
import type { Trust } from './trust.ts';

/** A statement with its proof, of an envelope that says what they are. */
export interface Proved {
  readonly predicate: ProofPredicate;
  readonly proof: Uint8Array;
}

/**
 * Checks 2 to 5: what can be said of a proof without knowing any other entry. Nothing is taken from the envelope that the
 * trust configuration does not pin: the key is found by the circuit's name and has to have the hash that the signer claims.
 */
export function checkProof(proved: Proved, trust: Trust, verifier: Groth16Verifier = nobleVerifier): Judgement {
  const claim = claimOf(proved, trust);
  return 'result' in claim ? claim : judgementOf(verifier.verifyBytes(claim));
}

/** Checks 2 to 5 of many proofs, which cost less together: one judgement for each, that of `checkProof`. */
export async function checkProofs(
  all: readonly Proved[],
  trust: Trust,
  verifier: Groth16Verifier = nobleVerifier,
): Promise<readonly Judgement[]> {
  const found = all.map((proved) => claimOf(proved, trust));
  const verdicts = await verifier.verifyBatch(found.flatMap((claim) => ('result' in claim ? [] : [claim])));
  const judgements = verdicts.map(judgementOf).values();
  return found.map((claim) => ('result' in claim ? claim : judgements.next().value!));
}

/** Check 2; then what is left to verify. */
function claimOf({ predicate, proof }: Proved, trust: Trust): ProofClaim | Judgement {
  const pinned = trust.verificationKeys.get(predicate.circuit);
  if (pinned === undefined || !CIRCUITS[predicate.statement].includes(predicate.circuit)) {
    return rejected('verification-key', 'CIRCUIT_UNKNOWN');
  }
  if (pinned.hash !== predicate.verificationKey) return rejected('verification-key', 'VERIFICATION_KEY_NOT_PINNED');
  return { key: pinned.key, publicSignals: predicate.publicSignals, proof };
}

/** Checks 3 to 5, of which a verifier names the first that fails. */
function judgementOf(verdict: Groth16Verdict): Judgement {
  if (verdict.ok) return ACCEPTED;
  switch (verdict.reason) {
    case 'PUBLIC_SIGNAL_COUNT':
    case 'PUBLIC_SIGNAL_OUT_OF_RANGE':
      return rejected('public-signals', verdict.reason);
    case 'PROOF_ENCODING':
      return rejected('points', 'PROOF_ENCODING');
    case 'PAIRING_MISMATCH':
      return rejected('proof', 'PROOF_INVALID');
    default:
      return rejected('points', 'PROOF_POINT');
  }
}
