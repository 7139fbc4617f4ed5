import type { TraceContext } from '@assay/bus';
import { gateway, type statement } from '@assay/contracts';

const { CLOSED, WITHDRAWN, REJECTED } = gateway.ApplicationState;

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

/** Whether nothing will change any more. */
export function isFinal({ state }: Pick<Application, 'state'>): boolean {
  return state === CLOSED || state === WITHDRAWN || state === REJECTED;
}
