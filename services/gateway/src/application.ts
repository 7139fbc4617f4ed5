import type { TraceContext } from '@assay/bus';
import { gateway, statement } from '@assay/contracts';

const { WITHDRAWAL_SIGNED, CLOSED, WITHDRAWN, REJECTED } = gateway.ApplicationState;

/** An application as it is stored: no attribute is among it. Times are milliseconds since 1970. */
export interface Application {
  readonly id: string;
  readonly requestId: string;
  readonly scope: string;
  readonly ordinal: number;
  readonly state: gateway.ApplicationState;
  readonly outcome: gateway.Outcome;
  /** Decimal; `undefined` until the prover has committed to it. */
  readonly commitment: string | undefined;
  readonly slot: number | undefined;
  /** A request that was passed on and has not shown yet: `manual-decision.<n>` or `withdrawal.<n>`, never the same twice. */
  readonly pending: string | undefined;
  readonly rejection: gateway.Rejection | undefined;
  /** One more with each change. */
  readonly version: number;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** The call that made it: work that follows stays in its trace. */
  readonly trace: TraceContext | undefined;
}

/** A statement about an application. */
export interface ApplicationStatement {
  /** Hex. */
  readonly digest: string;
  /** Unspecified for a withdrawal, which is no statement. */
  readonly kind: statement.StatementKind;
  readonly result: statement.ArchiveResult;
  readonly index: number | undefined;
  readonly failedCheck: string;
  readonly code: string;
}

/** Whether nothing will change any more, unless somebody withdraws what was rejected. */
export function isFinal({ state, pending }: Pick<Application, 'state' | 'pending'>): boolean {
  return state === CLOSED || state === WITHDRAWN || (state === REJECTED && pending === undefined);
}

/** Whether an application in one state may come to be in another. */
export function mayBecome({ state }: Pick<Application, 'state'>, next: gateway.ApplicationState): boolean {
  if (state === REJECTED) return next === WITHDRAWAL_SIGNED || next === WITHDRAWN;
  return state !== CLOSED && state !== WITHDRAWN && next > state;
}

/** Whether an archived intake counts in its window that nothing has closed, and nobody has asked to withdraw. */
export function hasOpenIntake(statements: readonly ApplicationStatement[]): boolean {
  const { ELIGIBILITY, UNSPECIFIED } = statement.StatementKind;
  return (
    statements.some(({ kind, result }) => kind === ELIGIBILITY && result === statement.ArchiveResult.ACCEPTED) &&
    !statements.some(({ kind }) => kind === UNSPECIFIED)
  );
}
