import type { Call } from './call.ts';
import type { ErrorMapper } from './caller-error.ts';
import type { RpcCode } from './error.ts';
import type { ServedService } from './handler.ts';
import type { ServerLimits } from './limits.ts';
import type { ServerSecurity } from './security.ts';

/** What a served call came to. */
export interface CallRecord {
  /** `/package.Service/Method`. */
  readonly path: string;
  readonly code: RpcCode | 'OK';
  /** The stable reason of the error; empty for `OK`. */
  readonly reason: string;
  readonly durationMs: number;
  /** What was thrown. For its class, code and stack only: a foreign message may quote an applicant's data. */
  readonly error?: unknown;
}

/** How a server is made. */
export interface ServerOptions {
  /** What is served, beside health and reflection. */
  readonly services: readonly ServedService[];
  readonly security: ServerSecurity;
  /** Departures from `DEFAULT_SERVER_LIMITS`. */
  readonly limits?: Partial<ServerLimits>;
  /**
   * The deadline, in milliseconds, of a call that brings none. Absent: such a call is refused, `INVALID_ARGUMENT` with
   * reason `DEADLINE_REQUIRED`.
   */
  readonly defaultDeadlineMs?: number;
  /** Whether a caller may call; asked before a handler runs. Absent: whoever can connect may. A refusal is `PERMISSION_DENIED`. */
  readonly authorize?: (call: Pick<Call, 'path' | 'peer'>) => boolean;
  /** Turns the service's own errors into what callers see; what it does not know is `INTERNAL`. */
  readonly mapError?: ErrorMapper;
  /** Told of every served call when it ends, for logs and metrics, in the call's trace context. Must not throw. */
  readonly onCall?: (record: CallRecord) => void;
}
