import type { Limits } from './limits.ts';
import type { ClientSecurity } from './security.ts';

/** How a client is made. */
export interface ClientOptions {
  /** `host:port`, an IPv6 host in brackets. */
  readonly address: string;
  readonly security: ClientSecurity;
  /** The time, in milliseconds, that a call with one response may take unless it says otherwise. There is no call without a deadline. */
  readonly defaultDeadlineMs: number;
  /** Departures from `DEFAULT_LIMITS`. */
  readonly limits?: Partial<Limits>;
}

/** What a call with one response may say. */
export interface CallOptions {
  /** Milliseconds, at least 1, at most 2^31 - 1. */
  readonly deadlineMs?: number;
  /** Cancels the call. */
  readonly signal?: AbortSignal;
}

/** What a call with a stream of responses has to say: no default fits both a listing and a subscription. */
export interface StreamOptions extends CallOptions {
  readonly deadlineMs: number;
}
