import { CHECKS, type CheckName, checkProof, type Envelope, matchesTable } from '@assay/verify';
import type { Archivist } from './archivist.ts';

/** A check that was made, or not. */
export interface ExaminedCheck {
  readonly name: CheckName;
  readonly outcome: 'passed' | 'failed' | 'not-run';
  /** Why it failed. */
  readonly code?: string;
}

/** What is found of an envelope without filing it. */
export interface Examined {
  /** Every check that was due passed. */
  readonly valid: boolean;
  /** All checks in their order. */
  readonly checks: readonly ExaminedCheck[];
  /** Whether it names a verification key that is pinned here. */
  readonly isPinned: boolean;
  /** None unless they passed their check. */
  readonly publicSignals: readonly bigint[];
}

/** Checks that need nothing of the archive but the bank's keys: the last three are made when an envelope is filed. */
const STATELESS = 5;

/** Makes the checks that need no state of the archive beyond the bank's keys, and compares a fairness statement's table where one is given. */
export function examine({ ledger, trust, verifier }: Archivist, envelope: Envelope, table?: Uint8Array): Examined {
  const { predicate, proof } = envelope;
  const statement = predicate.type === 'proof' ? predicate : undefined;
  const signature = ledger.judgeSignature(envelope);
  const judgement =
    signature.result === 'accepted' && statement
      ? checkProof({ predicate: statement, proof }, trust, verifier)
      : signature;
  const failed = judgement.result === 'accepted' ? CHECKS.length : CHECKS.indexOf(judgement.check);
  // A table is no check of its own: it belongs to the last one, most of which needs the archive.
  const isFairness = judgement.result === 'accepted' && statement?.statement === 'fairness';
  const badTable = isFairness && table !== undefined && !matchesTable(statement.publicSignals.at(-1)!, table);
  const checks = CHECKS.map((name, i): ExaminedCheck => {
    if (i === failed && judgement.result !== 'accepted') return { name, outcome: 'failed', code: judgement.code };
    if (name === 'slot' && badTable) return { name, outcome: 'failed', code: 'TABLE_MISMATCH' };
    const passed = i < failed && i < (statement === undefined ? 1 : STATELESS);
    return { name, outcome: passed ? 'passed' : 'not-run' };
  });
  return {
    valid: judgement.result === 'accepted' && !badTable,
    checks,
    isPinned:
      statement !== undefined && trust.verificationKeys.get(statement.circuit)?.hash === statement.verificationKey,
    publicSignals: failed > CHECKS.indexOf('public-signals') ? (statement?.publicSignals ?? []) : [],
  };
}
