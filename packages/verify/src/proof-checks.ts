import {
  decodeProof,
  Groth16Error,
  type Groth16Proof,
  SCALAR_FIELD_ORDER,
  verifyGroth16,
} from '@assay/groth16/verifier';
import { CIRCUITS } from '@assay/statements';
import type { ProofPredicate } from './envelope.ts';
import { ACCEPTED, type Judgement, rejected } from './judgement.ts';
import type { Trust } from './trust.ts';

/**
 * Checks 2 to 5: what can be said of a proof without knowing any other entry. Nothing is taken from the envelope that the
 * trust configuration does not pin: the key is found by the circuit's name and has to have the hash that the signer claims.
 */
export function checkProof(predicate: ProofPredicate, proofBytes: Uint8Array, trust: Trust): Judgement {
  const pinned = trust.verificationKeys.get(predicate.circuit);
  if (pinned === undefined || !CIRCUITS[predicate.statement].includes(predicate.circuit)) {
    return rejected('verification-key', 'CIRCUIT_UNKNOWN');
  }
  if (pinned.hash !== predicate.verificationKey) return rejected('verification-key', 'VERIFICATION_KEY_NOT_PINNED');

  // Before the proof is looked at: the first failed check is the one that is named.
  const { publicSignals } = predicate;
  if (publicSignals.length !== pinned.key.ic.length - 1) return rejected('public-signals', 'PUBLIC_SIGNAL_COUNT');
  if (publicSignals.some((signal) => signal >= SCALAR_FIELD_ORDER))
    return rejected('public-signals', 'PUBLIC_SIGNAL_OUT_OF_RANGE');
  const proof = tryDecode(proofBytes);
  if (proof === undefined) return rejected('points', 'PROOF_ENCODING');
  const verdict = verifyGroth16(pinned.key, publicSignals, proof);
  if (verdict.ok) return ACCEPTED;
  return verdict.reason === 'PAIRING_MISMATCH' ? rejected('proof', 'PROOF_INVALID') : rejected('points', 'PROOF_POINT');
}

function tryDecode(bytes: Uint8Array): Groth16Proof | undefined {
  try {
    return decodeProof(bytes);
  } catch (error) {
    if (error instanceof Groth16Error) return undefined;
    throw error;
  }
}
