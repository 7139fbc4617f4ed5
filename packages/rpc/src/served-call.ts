import { context } from '@opentelemetry/api';
import { type Call, type GrpcCall, peerOf } from './call.ts';
import { toCallerError } from './caller-error.ts';
import { RpcError } from './error.ts';
import { DEFAULT_SERVER_LIMITS } from './limits.ts';
import type { ServerOptions } from './server-options.ts';
import { endSpan, startServerSpan } from './trace.ts';

/** Everything a server does around a handler: admission, deadline, trace, errors, record. */
export class CallRunner {
  readonly #options: ServerOptions;
  readonly #draining = new AbortController();
  readonly #maxCalls: number;
  readonly #overloadRetryMs: number;
  #running = 0;

  constructor(options: ServerOptions) {
    this.#options = options;
    const { maxCalls, overloadRetryMs } = { ...DEFAULT_SERVER_LIMITS, ...options.limits };
    this.#maxCalls = maxCalls;
    this.#overloadRetryMs = overloadRetryMs;
  }

  /** Tells the handlers in progress that the server drains. */
  drain(): void {
    this.#draining.abort(new RpcError('UNAVAILABLE', 'the server is shutting down', { reason: 'DRAINING' }));
  }

  /**
   * Runs a handler for a call, in the call's trace context.
   *
   * @throws RpcError what the caller is to receive
   */
  async run<T>(grpcCall: GrpcCall, path: string, handle: (call: Call) => Promise<T>): Promise<T> {
    const span = startServerSpan(path, grpcCall.metadata);
    const started = performance.now();
    const cancellation = new Cancellation(grpcCall, this.#options.defaultDeadlineMs);
    this.#running += 1;
    return context.with(span.context, async () => {
      let failure: RpcError | undefined;
      let thrown: unknown;
      try {
        const call = this.#admit(grpcCall, path, cancellation);
        return await untilAborted(handle(call), call.signal);
      } catch (error) {
        thrown = error;
        failure = toCallerError(error, this.#options.mapError ?? (() => undefined), cancellation.signal);
        throw failure;
      } finally {
        this.#running -= 1;
        cancellation.finish();
        endSpan(span, failure?.code ?? 'OK');
        this.#options.onCall?.({
          path,
          code: failure?.code ?? 'OK',
          reason: failure?.reason ?? '',
          durationMs: performance.now() - started,
          ...(failure === undefined ? {} : { error: thrown }),
        });
      }
    });
  }

  #admit(grpcCall: GrpcCall, path: string, { deadline, signal }: Cancellation): Call {
    if (this.#running > this.#maxCalls) {
      throw new RpcError('RESOURCE_EXHAUSTED', 'too many calls are in progress', {
        reason: 'TOO_MANY_CALLS',
        retryDelayMs: this.#overloadRetryMs,
      });
    }
    const peer = peerOf(grpcCall);
    if (this.#options.authorize?.({ path, peer }) === false) {
      throw new RpcError('PERMISSION_DENIED', 'this client may not call this method', { reason: 'CLIENT_NOT_ALLOWED' });
    }
    if (deadline === undefined) {
      throw new RpcError('INVALID_ARGUMENT', 'the call has no deadline; set one', { reason: 'DEADLINE_REQUIRED' });
    }
    return { path, deadline, signal, draining: this.#draining.signal, peer };
  }
}

/** A call's end from outside: the caller gave up, or its time is over. */
class Cancellation {
  readonly deadline: Date | undefined;
  readonly #controller = new AbortController();
  readonly #grpcCall: GrpcCall;
  readonly #timer: NodeJS.Timeout | undefined;
  readonly #onCancelled = (): void => {
    const late = this.deadline !== undefined && Date.now() >= this.deadline.getTime();
    this.#controller.abort(late ? deadlineExceeded() : new RpcError('CANCELLED', 'the caller cancelled'));
  };

  constructor(grpcCall: GrpcCall, defaultDeadlineMs: number | undefined) {
    this.#grpcCall = grpcCall;
    const given = Number(grpcCall.getDeadline());
    if (Number.isFinite(given)) {
      this.deadline = new Date(given);
    } else if (defaultDeadlineMs !== undefined) {
      // grpc-js keeps the time of a deadline that the caller brought, not of this one.
      this.deadline = new Date(Date.now() + defaultDeadlineMs);
      this.#timer = setTimeout(() => this.#controller.abort(deadlineExceeded()), defaultDeadlineMs);
    }
    grpcCall.on('cancelled', this.#onCancelled);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  finish(): void {
    clearTimeout(this.#timer);
    this.#grpcCall.off('cancelled', this.#onCancelled);
  }
}

function deadlineExceeded(): RpcError {
  return new RpcError('DEADLINE_EXCEEDED', 'the deadline is over');
}

/** Gives up on a handler that does not heed its signal, so that no call outlives its deadline. */
async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
