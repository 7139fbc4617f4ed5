import { isOverdue } from './deadline.ts';
import type { Ledger } from './ledger.ts';
import type { Window } from './windows.ts';

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

/** Every finding in the ledger as it stands at `now`, scope by scope: those about intakes in order of admission, then those about windows. */
export function findings(ledger: Ledger, now: number): Finding[] {
  return ledger.registry
    .scopes()
    .flatMap(({ scope }) => [
      ...intakeFindings(ledger, scope, now),
      ...ledger.windows(scope, now).flatMap(windowFindings),
    ]);
}

/** Looks at the intakes that are open or were closed late, and at no others. */
function intakeFindings(ledger: Ledger, scope: string, now: number): Finding[] {
  const found: (Finding & { readonly index: number })[] = [];
  for (const intake of ledger.openIntakes(scope)) {
    if (isOverdue(intake, now)) found.push({ code: 'INTAKE_OVERDUE', scope, index: intake.index });
  }
  for (const { index } of ledger.lateIntakes(scope)) found.push({ code: 'CLOSED_LATE', scope, index });
  return found.sort((a, b) => a.index - b.index);
}

/** The findings about one window. */
export function windowFindings({ scope, window, state, counts, firstIntake: first }: Window): Finding[] {
  if (first === undefined || state === 'OPEN' || state === 'PRUNED') return [];
  const rules = first.pin.scope;
  const exceeds = (count: number, permille: number): boolean => count * 1000 > counts.intakes * permille;
  const codes: FindingCode[] = [];
  if (state === 'INCOMPLETE') codes.push('WINDOW_INCOMPLETE');
  if (exceeds(counts.withdrawn, rules.withdrawalCeilingPermille)) codes.push('WITHDRAWALS_OVER_CEILING');
  if (exceeds(counts.referred, rules.referralCeilingPermille)) codes.push('REFERRALS_OVER_CEILING');
  return codes.map((code) => ({ code, scope, window }));
}
