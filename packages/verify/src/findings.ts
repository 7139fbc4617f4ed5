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
  const { scope, index, closing } = intake;
  if (isOverdue(intake, now)) return [{ code: 'INTAKE_OVERDUE', scope, index }];
  const late = closing !== undefined && closing.receivedAt > deadlineOf(intake);
  return late ? [{ code: 'CLOSED_LATE', scope, index }] : [];
}

function windowFindings({ scope, window, state, counts, intakes }: Window): Finding[] {
  const first = intakes[0];
  if (first === undefined || state === 'OPEN') return [];
  const rules = first.pin.scope;
  const exceeds = (count: number, permille: number): boolean => count * 1000 > counts.intakes * permille;
  const codes: FindingCode[] = [];
  if (state === 'INCOMPLETE') codes.push('WINDOW_INCOMPLETE');
  if (exceeds(counts.withdrawn, rules.withdrawalCeilingPermille)) codes.push('WITHDRAWALS_OVER_CEILING');
  if (exceeds(counts.referred, rules.referralCeilingPermille)) codes.push('REFERRALS_OVER_CEILING');
  return codes.map((code) => ({ code, scope, window }));
}

/** Whether an intake is open past its deadline. */
export function isOverdue({ closing, receivedAt, pin }: Intake, now: number): boolean {
  return closing === undefined && now > deadlineOf({ receivedAt, pin });
}

function deadlineOf({ receivedAt, pin }: Pick<Intake, 'receivedAt' | 'pin'>): number {
  return receivedAt + pin.scope.closingDeadlineSeconds * 1000;
}
