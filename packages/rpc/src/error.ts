import { status } from '@grpc/grpc-js';

/** The canonical gRPC codes of failed calls (grpc `doc/statuscodes.md`), by name. */
export type RpcCode = Exclude<keyof typeof status, 'OK'>;

/** A field of a request that was refused. */
export interface FieldViolation {
  /** Path of the field in the request, such as `identityCredential.signature.s`. */
  readonly field: string;
  /** What is wrong and what is allowed; never the value itself. */
  readonly description: string;
}

/** What an error may carry beside its code and message. */
export interface RpcErrorDetails {
  /** A stable name in UPPER_SNAKE_CASE that programs may switch on; the code's name unless given. */
  readonly reason?: string;
  /** The fields that were wrong, for `INVALID_ARGUMENT`. */
  readonly fieldViolations?: readonly FieldViolation[];
  /** How long to wait before trying again, in milliseconds, for `RESOURCE_EXHAUSTED` and `UNAVAILABLE`. */
  readonly retryDelayMs?: number;
  /** Further facts for programs, such as the name of an operator. Never an attribute value, weight, salt or count. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** Stays in the process. */
  readonly cause?: unknown;
}

/**
 * A failed call. Thrown by a handler, it is what the caller receives, message and details included, so they hold nothing
 * that the caller may not know. Thrown by a client, it is what became of the call (`remote` is true); a handler that lets
 * such an error pass does not forward it (see `toCallerError`).
 */
export class RpcError extends Error {
  override readonly name = 'RpcError';
  readonly code: RpcCode;
  readonly reason: string;
  readonly fieldViolations: readonly FieldViolation[];
  readonly retryDelayMs: number | undefined;
  readonly metadata: Readonly<Record<string, string>>;
  /** Whether it comes out of a call to another process. */
  readonly remote: boolean;

  constructor(code: RpcCode, message: string, details: RpcErrorDetails = {}, remote = false) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.reason = details.reason ?? code;
    this.fieldViolations = details.fieldViolations ?? [];
    this.retryDelayMs = details.retryDelayMs;
    this.metadata = details.metadata ?? {};
    this.remote = remote;
  }
}

/** The name of a numeric gRPC code; `UNKNOWN` for numbers that are none. */
export function codeName(code: number): RpcCode {
  const name = (status as Readonly<Record<number, string | undefined>>)[code];
  return name === undefined || name === 'OK' ? 'UNKNOWN' : (name as RpcCode);
}
