import type { Envelope } from './envelope.ts';
import { ACCEPTED, type Judgement } from './judgement.ts';
import type { Ledger } from './ledger.ts';
import { checkProof, type Proved } from './proof-checks.ts';
import type { Trust } from './trust.ts';

/**
 * All checks in their order, the first failure named. The envelope's digest has been looked up before: a redelivered one
 * gets its old receipt and does not come here.
 *
 * @param now receipt time, milliseconds since 1970, not before the ledger's latest
 * @param judgeProof checks 2 to 5: `checkProof` with some verifier, or what it has said before
 */
export function checkEnvelope(
  envelope: Envelope,
  ledger: Pick<Ledger, 'judgeSignature' | 'judge'>,
  trust: Trust,
  now: number,
  table?: Uint8Array,
  judgeProof: (proved: Proved) => Judgement = (proved) => checkProof(proved, trust),
): Judgement {
  const signature = ledger.judgeSignature(envelope);
  if (signature.result !== 'accepted') return signature;
  const { predicate } = envelope;
  const proof = predicate.type === 'proof' ? judgeProof({ predicate, proof: envelope.proof }) : ACCEPTED;
  if (proof.result !== 'accepted') return proof;
  return ledger.judge(envelope, now, table);
}
