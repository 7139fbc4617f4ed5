import { type Groth16Verifier, nobleVerifier } from '@assay/groth16/verifier';
import { SchemaError } from '@assay/schema';
import { decodeSignals, openingKey, outcomeCommitment, StatementError } from '@assay/statements';
import { TlogError } from '@assay/tlog';
import { dsseSignedBy } from '../dsse.ts';
import type { ProofPredicate } from '../envelope.ts';
import { VerifyError } from '../error.ts';
import { checkProof } from '../proof-checks.ts';
import type { Trust } from '../trust.ts';
import { type Finding, refuse } from './finding.ts';
import { checkLog, checkRegistrations, type LoggedEntry, type RegisteredParts } from './logged-entries.ts';
import { type Notice, parseNotice } from './notice.ts';
import { type ClosingSignals, checkReasons, checkReasonsProof } from './reasons-checks.ts';

/** What is checked of a notice, in this order. */
export type NoticeCheckName =
  | 'form'
  | 'log'
  | 'registrations'
  | 'signature'
  | 'decision'
  | 'applicant'
  | 'outcome'
  | 'reasons'
  | 'reasons-proof';

/** One check: passed, failed, or not made because the notice or the caller does not give what it needs. */
export interface NoticeCheck {
  readonly name: NoticeCheckName;
  readonly result: 'passed' | 'failed' | 'not-made';
  /** What was found, in a sentence; no secret, and no value of an attribute. */
  readonly finding: string;
}

/** What a check of a notice finds. */
export interface NoticeReport {
  /** All checks up to the first that failed. */
  readonly checks: readonly NoticeCheck[];
  /** Whether none failed. */
  readonly valid: boolean;
  /** The notice, once it could be read. Nothing in it may be relied on unless the report is valid. */
  readonly notice?: Notice;
  /** When the log took the decision in, milliseconds since 1970. */
  readonly decidedAt?: number;
}

/** How to check. */
export interface NoticeOptions {
  /** The secret that the identity issuer gave the applicant for this bank; with it the notice is shown to be the applicant's own. */
  readonly subject?: bigint;
  /** What verifies proofs. Default: portably. */
  readonly verifier?: Groth16Verifier;
}

/**
 * Checks an applicant's notice from its bytes alone, without any service: nothing is believed but `trust`.
 *
 * Runs in a browser. Never throws for what is in the notice: the report names the first check that fails.
 */
export function checkNotice(
  bytes: Uint8Array,
  trust: Trust,
  { subject, verifier = nobleVerifier }: NoticeOptions = {},
): NoticeReport {
  const checks: NoticeCheck[] = [];
  let notice: Notice | undefined;
  let decidedAt: number | undefined;
  const step = <T>(name: NoticeCheckName, check: () => Finding<T>): T => {
    try {
      const { finding, made = true, value } = check();
      checks.push({ name, result: made ? 'passed' : 'not-made', finding });
      return value;
    } catch (error) {
      if (!isRefusal(error)) throw error;
      checks.push({ name, result: 'failed', finding: error.message });
      throw new Stopped();
    }
  };
  try {
    const read = step('form', () => ({ finding: 'a notice of version 1', value: parseNotice(bytes) }));
    notice = read;
    const entries = step('log', () => checkLog(read, trust));
    decidedAt = entries.decidedAt;
    const registered = step('registrations', () => checkRegistrations(read, entries, trust));
    step('signature', () => checkSignature(read, entries.decision, registered));
    const closing = step('decision', () => checkDecision(entries.decision, registered, trust, verifier));
    step('applicant', () => checkApplicant(read, closing, subject));
    step('outcome', () => checkOutcome(read, closing));
    step('reasons', () => checkReasons(read, closing, registered));
    step('reasons-proof', () => checkReasonsProof(read, closing, registered, trust, verifier));
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
  }
  return {
    checks,
    valid: checks.every(({ result }) => result !== 'failed'),
    ...(notice && { notice }),
    ...(decidedAt !== undefined && { decidedAt }),
  };
}

/** A check has failed, and is in the report. */
class Stopped extends Error {
  override readonly name = 'Stopped';
}

function isRefusal(error: unknown): error is Error {
  return (
    error instanceof VerifyError ||
    error instanceof TlogError ||
    error instanceof StatementError ||
    error instanceof SchemaError
  );
}

function checkSignature(
  { scope }: Notice,
  { envelope, predicate }: LoggedEntry<ProofPredicate>,
  { bankKey }: RegisteredParts,
): Finding {
  if (!dsseSignedBy(envelope.dsse, bankKey.publicKey)) refuse('the decision is not signed with the registered key');
  if (predicate.context.scope !== scope) refuse('the decision is of another scope');
  return { finding: `${bankKey.bank} signed the decision`, value: undefined };
}

function checkDecision(
  { envelope, predicate }: LoggedEntry<ProofPredicate>,
  { model }: RegisteredParts,
  trust: Trust,
  verifier: Groth16Verifier,
): Finding<ClosingSignals> {
  const judgement = checkProof({ predicate, proof: envelope.proof }, trust, verifier);
  if (judgement.result !== 'accepted') refuse(`the proof of the decision is refused: ${judgement.code}`);
  const { circuit, publicSignals } = predicate;
  if (predicate.statement === 'manual-decision') {
    const value = { circuit, modelCommitment: undefined, ...decodeSignals(predicate.statement, publicSignals)! };
    return { finding: 'a person decided, within what the proof allows', value };
  }
  if (predicate.statement !== 'decision') refuse('the logged entry is no decision');
  const signals = decodeSignals(predicate.statement, publicSignals)!;
  if (model === undefined || signals.modelCommitment !== model.modelCommitment)
    refuse('the decision is by another model than the registered one');
  return { finding: `the registered model ${model.name} ${model.version} decided`, value: { circuit, ...signals } };
}

function checkApplicant(notice: Notice, { applicantCommitment }: ClosingSignals, subject: bigint | undefined): Finding {
  if (notice.applicantCommitment !== applicantCommitment) refuse('the decision is about another applicant');
  if (subject === undefined)
    return { finding: 'whether it is about you: give the subject of your credential', made: false, value: undefined };
  if (openingKey(subject, applicantCommitment) !== notice.openingKey)
    refuse('the opening key is not that of this subject: the notice is about another applicant');
  return { finding: 'the decision is about you', made: true, value: undefined };
}

function checkOutcome({ outcome, openingKey: key }: Notice, closing: ClosingSignals): Finding {
  if (outcomeCommitment(outcome, key) !== closing.outcomeCommitment)
    refuse('the logged outcome is another one than the notice says');
  return { finding: `the logged outcome is: ${outcome}`, value: undefined };
}
