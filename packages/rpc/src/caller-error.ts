import { type RpcCode, RpcError } from './error.ts';

/** What a service that this one depends on may say to our caller too: trouble that trying again can cure. */
const FORWARDED: ReadonlySet<RpcCode> = new Set([
  'UNAVAILABLE',
  'RESOURCE_EXHAUSTED',
  'DEADLINE_EXCEEDED',
  'CANCELLED',
  'ABORTED',
]);

/** Turns a domain error into the error that a caller may see; `undefined` when it is not one it knows. */
export type ErrorMapper = (error: unknown) => RpcError | undefined;

/**
 * The error that a caller receives for whatever a handler threw.
 *
 * An `RpcError` of this process goes as it is. One that another service sent goes with its code where that says "later",
 * without message or details, which were not meant for this caller. A domain error goes as the service's mapper has it.
 * Everything else is `INTERNAL` without a word of its own: foreign messages quote what they failed on.
 */
export function toCallerError(error: unknown, mapError: ErrorMapper, signal: AbortSignal): RpcError {
  if (signal.aborted && signal.reason instanceof RpcError) return signal.reason;
  if (error instanceof RpcError && !error.remote) return error;
  if (error instanceof RpcError) {
    if (!FORWARDED.has(error.code)) return internalError(error);
    return new RpcError(error.code, 'a service this one depends on cannot answer now', {
      reason: 'DEPENDENCY',
      ...(error.retryDelayMs === undefined ? {} : { retryDelayMs: error.retryDelayMs }),
      cause: error,
    });
  }
  return mapError(error) ?? internalError(error);
}

function internalError(cause: unknown): RpcError {
  return new RpcError('INTERNAL', 'internal error', { cause });
}
