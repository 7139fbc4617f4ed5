import type { Ledger } from './ledger.ts';
import type { Intake, Window } from './windows.ts';

/** What an examiner has to look at. None of these makes a statement false; each says what a bank did or left undone. */
export type FindingCode =
  /** An intake is open past its deadline: a decision was dropped, or is late. */
  | 'INTAKE_OVERDUE'
  /** An intake was closed past its deadline. */
  | 'CLOSED_LATE'
  /** A window is over and an intake in it has no closing. */
  | 'WINDOW_INCOMPLETE'
  /** A window's withdrawals exceed the ceiling: it can have no fairness statement. */
  | 'WITHDRAWALS_OVER_CEILING'
  /** A window's referrals exceed the ceiling. */
  | 'REFERRALS_OVER_CEILING';

/** One finding: what, where, and the entry it is about. */
export interface Finding {
  readonly code: FindingCode;
  readonly scope: string;
  /** Leaf index of the intake concerned. */
  readonly index?: number;
  /** The window concerned. */
  readonly window?: number;
}

/** Every finding in the ledger as it stands at `now`, scope by scope. */
export function findings(ledger: Ledger, now: number): Finding[] {
  return ledger.registry
    .scopes()
    .flatMap(({ scope }) => [
      ...ledger.intakes(scope).flatMap((intake) => intakeFindings(intake, now)),
      ...ledger.windows(scope, now).flatMap(windowFindings),
    ]);
}

function intakeFindings(intake: Intake, now: number): Finding[] {
  const deadline = intake.receivedAt + intake.pin.scope.closingDeadlineSeconds * 1000;
  if ((intake.closing?.receivedAt ?? now) <= deadline) return [];
  return [
    { code: intake.closing === undefined ? 'INTAKE_OVERDUE' : 'CLOSED_LATE', scope: intake.scope, index: intake.index },
  ];
}

function windowFindings({ scope, window, state, intakes }: Window): Finding[] {
  const first = intakes[0];
  if (first === undefined || state === 'OPEN') return [];
  const rules = first.pin.scope;
  const exceeds = (count: number, permille: number): boolean => count * 1000 > intakes.length * permille;
  const withdrawals = intakes.filter(({ closing }) => closing?.kind === 'withdrawal').length;
  const referrals = intakes.filter(({ referredBy }) => referredBy !== undefined).length;
  const codes: FindingCode[] = [];
  if (state === 'INCOMPLETE') codes.push('WINDOW_INCOMPLETE');
  if (exceeds(withdrawals, rules.withdrawalCeilingPermille)) codes.push('WITHDRAWALS_OVER_CEILING');
  if (exceeds(referrals, rules.referralCeilingPermille)) codes.push('REFERRALS_OVER_CEILING');
  return codes.map((code) => ({ code, scope, window }));
}
