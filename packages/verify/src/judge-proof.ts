import { isInSubgroup, pointEquals } from '@assay/field';
import { decodeSignals, provesFamily, type SignalsOf, tallyOf } from '@assay/statements';
import type { ProofContext, ProofPredicate, WithdrawalPredicate } from './envelope.ts';
import { ACCEPTED, type Judgement, pending, rejected } from './judgement.ts';
import type { Ledger } from './ledger.ts';
import type { TreeKind } from './registry.ts';
import { scopeElement } from './scope.ts';
import { expectedTally } from './slot-account.ts';
import { matchesTable } from './table.ts';

/** Checks 6 to 8 of a statement whose proof verifies, received at `now`. `table` is a fairness statement's ciphertext. */
export function judgeProof(
  predicate: ProofPredicate,
  ledger: Ledger,
  now: number,
  table: Uint8Array | undefined,
): Judgement {
  const judgement = judgeStatement(predicate, ledger, now, table);
  if (judgement.result !== 'accepted') return judgement;
  return ledger.seen.has(predicate) ? rejected('uniqueness', 'DUPLICATE_STATEMENT') : ACCEPTED;
}

function judgeStatement(
  predicate: ProofPredicate,
  ledger: Ledger,
  now: number,
  table: Uint8Array | undefined,
): Judgement {
  const { statement, publicSignals, context } = predicate;
  switch (statement) {
    case 'eligibility':
      return judgeIntake(decodeSignals(statement, publicSignals)!, context, ledger, now);
    case 'conformance':
      return judgeConformance(decodeSignals(statement, publicSignals)!, predicate, ledger);
    case 'decision':
      return judgeDecision(decodeSignals(statement, publicSignals)!, predicate, ledger);
    case 'manual-decision':
      return judgeManualDecision(decodeSignals(statement, publicSignals)!, predicate, ledger);
    case 'fairness':
      return judgeFairness(decodeSignals(statement, publicSignals)!, context, ledger, now, table);
  }
}

function judgeIntake(signals: SignalsOf<'eligibility'>, context: ProofContext, ledger: Ledger, now: number): Judgement {
  const scope = context.scope!;
  if (signals.scope !== scopeElement(scope)) return rejected('context', 'SCOPE_MISMATCH');
  if (signals.audience !== scopeElement(context.bank)) return rejected('context', 'AUDIENCE_MISMATCH');
  const pin = ledger.registry.pin(scope);
  if (pin === undefined) return pending('context', 'SCOPE_MISSING');
  if (pin.modelCommitment === undefined) return pending('context', 'MODEL_MISSING');
  if (signals.policyHash !== pin.scope.policyHash) return rejected('context', 'POLICY_NOT_IN_FORCE');
  const { schemaId, rootGraceSeconds } = pin.scope;
  const inForce = (kind: TreeKind, root: bigint): boolean =>
    ledger.registry.rootInForce(kind, schemaId, root, now, rootGraceSeconds);
  const rootsHold =
    inForce('issuer-root', signals.issuerRoot) &&
    inForce('revocation-root', signals.revocationRoot) &&
    inForce('screening-root', signals.screeningRoot);
  if (!rootsHold) return rejected('context', 'ROOT_NOT_IN_FORCE');
  const today = BigInt(Math.floor(now / 86_400_000));
  if (signals.asOf !== today && signals.asOf !== today - 1n) return rejected('context', 'AS_OF_NOT_TODAY');

  const { applicantCommitment, nullifier, credentialNullifier } = signals;
  if (applicantCommitment === 0n || nullifier === 0n || credentialNullifier === 0n)
    return rejected('uniqueness', 'ZERO_IDENTIFIER');
  if (ledger.intake(applicantCommitment) !== undefined) return rejected('uniqueness', 'DUPLICATE_APPLICANT');
  if (ledger.seen.hasNullifier(nullifier)) return rejected('uniqueness', 'DUPLICATE_NULLIFIER');
  if (ledger.seen.hasCredential(credentialNullifier)) return rejected('uniqueness', 'DUPLICATE_CREDENTIAL');
  return ACCEPTED;
}

function judgeConformance(signals: SignalsOf<'conformance'>, { circuit }: ProofPredicate, ledger: Ledger): Judgement {
  if (ledger.registry.schema(signals.schemaId) === undefined) return rejected('context', 'SCHEMA_NOT_IN_FORCE');
  return provesFamily('conformance', circuit, signals.family) ? ACCEPTED : rejected('context', 'FAMILY_MISMATCH');
}

/**
 * Uniqueness comes before the slot's rules: a replay is named for what it is. A model's commitment covers its family, so
 * another family's circuit has no witness for it; that its proof is refused all the same rests on no hash.
 */
function judgeDecision(signals: SignalsOf<'decision'>, predicate: ProofPredicate, ledger: Ledger): Judgement {
  const { circuit, context } = predicate;
  const intake = ledger.intake(signals.applicantCommitment);
  if (intake === undefined) return pending('slot', 'INTAKE_MISSING');
  if (intake.scope !== context.scope) return rejected('context', 'SCOPE_MISMATCH');
  if (signals.modelCommitment !== intake.pin.modelCommitment) return rejected('context', 'MODEL_NOT_IN_FORCE');
  if (intake.pin.modelFamily === undefined || !provesFamily('decision', circuit, intake.pin.modelFamily))
    return rejected('context', 'FAMILY_MISMATCH');
  if (signals.partitionsHash !== intake.pin.scope.partitionsHash) return rejected('context', 'PARTITIONS_NOT_IN_FORCE');
  if (signals.eligibilityCommitment !== intake.eligibilityCommitment)
    return rejected('context', 'ELIGIBILITY_MISMATCH');
  if (ledger.seen.has(predicate)) return rejected('uniqueness', 'DUPLICATE_STATEMENT');
  if (intake.closing !== undefined) return rejected('slot', 'INTAKE_CLOSED');
  if (intake.referredBy !== undefined) return rejected('slot', 'INTAKE_REFERRED');
  if (signals.referred > 1n) return rejected('public-signals', 'PUBLIC_SIGNAL_OUT_OF_RANGE');
  return isInSubgroup(tallyOf(signals)) ? ACCEPTED : rejected('slot', 'TALLY_POINT');
}

function judgeManualDecision(
  signals: SignalsOf<'manual-decision'>,
  predicate: ProofPredicate,
  ledger: Ledger,
): Judgement {
  const { context } = predicate;
  const intake = ledger.intake(signals.applicantCommitment);
  if (intake === undefined) return pending('slot', 'INTAKE_MISSING');
  if (intake.scope !== context.scope) return rejected('context', 'SCOPE_MISMATCH');
  if (signals.partitionsHash !== intake.pin.scope.partitionsHash) return rejected('context', 'PARTITIONS_NOT_IN_FORCE');
  if (signals.eligibilityCommitment !== intake.eligibilityCommitment)
    return rejected('context', 'ELIGIBILITY_MISMATCH');
  if (ledger.seen.has(predicate)) return rejected('uniqueness', 'DUPLICATE_STATEMENT');
  if (intake.closing !== undefined) return rejected('slot', 'INTAKE_CLOSED');
  if (intake.referredBy === undefined) return pending('slot', 'REFERRAL_MISSING');
  return isInSubgroup(tallyOf(signals)) ? ACCEPTED : rejected('slot', 'TALLY_POINT');
}

function judgeFairness(
  signals: SignalsOf<'fairness'>,
  context: ProofContext,
  ledger: Ledger,
  now: number,
  table: Uint8Array | undefined,
): Judgement {
  const scope = context.scope!;
  const window = ledger.windows(scope, now).find((known) => known.window === context.window);
  if (window === undefined || window.state === 'OPEN') return pending('slot', 'WINDOW_OPEN');
  if (window.state === 'PRUNED') return rejected('slot', 'WINDOW_PRUNED');
  const manualOnly = context.closings === 'manual';
  const { pin } = window.intakes[0]!;
  const { counts } = window;
  if (signals.partitionsHash !== pin.scope.partitionsHash) return rejected('context', 'PARTITIONS_NOT_IN_FORCE');
  if (signals.fairnessPolicyHash !== pin.scope.fairnessPolicyHash)
    return rejected('context', 'FAIRNESS_POLICY_NOT_IN_FORCE');
  if (ledger.fairness(scope).some((known) => known.window === window.window && known.manualOnly === manualOnly)) {
    return rejected('uniqueness', 'WINDOW_PROVED');
  }
  if (counts.open > 0) return pending('slot', 'WINDOW_INCOMPLETE');
  if (counts.withdrawn * 1000 > counts.intakes * pin.scope.withdrawalCeilingPermille)
    return rejected('slot', 'WITHDRAWALS_OVER_CEILING');
  const expected = expectedTally(window, manualOnly);
  if (signals.total !== BigInt(expected.total)) return rejected('slot', 'TOTAL_MISMATCH');
  if (!pointEquals(tallyOf(signals), expected.tally)) return rejected('slot', 'TALLY_MISMATCH');
  return judgeTable(signals.tableCiphertextHash, table);
}

/** Whether a withdrawal that the bank signed fits the log. */
export function judgeWithdrawal(predicate: WithdrawalPredicate, ledger: Ledger): Judgement {
  const intake = ledger.intake(predicate.applicantCommitment);
  if (intake === undefined) return pending('slot', 'INTAKE_MISSING');
  if (intake.scope !== predicate.scope) return rejected('context', 'SCOPE_MISMATCH');
  return intake.closing === undefined ? ACCEPTED : rejected('slot', 'INTAKE_CLOSED');
}

function judgeTable(hash: bigint, table: Uint8Array | undefined): Judgement {
  if (table === undefined) return rejected('slot', 'TABLE_MISSING');
  return matchesTable(hash, table) ? ACCEPTED : rejected('slot', 'TABLE_MISMATCH');
}
