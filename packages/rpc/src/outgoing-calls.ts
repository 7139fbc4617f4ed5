import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import {
  type Client,
  type ClientWritableStream,
  Metadata,
  type MethodDefinition,
  type ServiceError,
} from '@grpc/grpc-js';
import { context } from '@opentelemetry/api';
import type { CallOptions, StreamOptions } from './client-options.ts';
import { RpcError } from './error.ts';
import type { Method } from './method.ts';
import { decodeStatus } from './rich-status.ts';
import { endSpan, startClientSpan } from './trace.ts';

const MAX_DEADLINE_MS = 2 ** 31 - 1;
/** How often a call is repeated because the server said when to. */
const MAX_TOLD_RETRIES = 5;

/** The calls of one client: promises and async iterables over grpc-js's callbacks and streams. */
export class OutgoingCalls {
  readonly #client: Client;
  readonly #defaultDeadlineMs: number;

  constructor(client: Client, defaultDeadlineMs: number) {
    this.#client = client;
    this.#defaultDeadlineMs = checkedDeadline(defaultDeadlineMs);
  }

  /**
   * One request, one response. A repeatable call is made again when the server is out of resources and says how long to
   * wait, as long as that fits into the deadline; spread out a little, so that callers do not come back all at once.
   */
  async unary(method: Method, request: object, options: CallOptions, repeatable: boolean): Promise<object> {
    const deadline = this.#deadline(options);
    for (let retries = 0; ; retries++) {
      try {
        return await this.#unaryOnce(method, request, deadline, options.signal);
      } catch (error) {
        const wait = repeatable && retries < MAX_TOLD_RETRIES ? toldDelay(error) : undefined;
        if (wait === undefined || Date.now() + wait >= deadline) throw error;
        await delay(wait, undefined, options.signal === undefined ? {} : { signal: options.signal }).catch(() => {
          throw new RpcError('CANCELLED', 'the call was cancelled', { cause: error });
        });
      }
    }
  }

  /** A stream of requests, one response. Stops reading requests when the server has answered already. */
  async clientStream(
    method: Method,
    requests: AsyncIterable<object> | Iterable<object>,
    options: CallOptions,
  ): Promise<object> {
    const deadline = this.#deadline(options);
    return this.#traced(method.path, async (metadata) => {
      const { requestSerialize, responseDeserialize } = definition(method);
      const { promise, resolve, reject } = Promise.withResolvers<object>();
      const call = this.#client.makeClientStreamRequest(
        method.path,
        requestSerialize,
        responseDeserialize,
        metadata,
        { deadline },
        settle(resolve, reject),
      );
      const sent = sendAll(requests, call, promise);
      // A request that could not be made is the caller's own error and comes before the server's "cancelled".
      return cancelledBy(options.signal, call, async () => (await Promise.all([sent, promise]))[1]);
    });
  }

  /** One request, a stream of responses. Leaving the loop cancels the call. */
  async *serverStream(method: Method, request: object, options: StreamOptions): AsyncGenerator<object> {
    const deadline = this.#deadline(options);
    options.signal?.throwIfAborted();
    const metadata = new Metadata();
    const span = startClientSpan(method.path, metadata);
    const { requestSerialize, responseDeserialize } = definition(method);
    const call = this.#client.makeServerStreamRequest(
      method.path,
      requestSerialize,
      responseDeserialize,
      request,
      metadata,
      { deadline },
    );
    const cancel = (): void => call.cancel();
    options.signal?.addEventListener('abort', cancel, { once: true });
    let code: RpcError['code'] | 'OK' = 'CANCELLED';
    try {
      yield* call;
      code = 'OK';
    } catch (error) {
      const decoded = toRpcError(error);
      code = decoded.code;
      throw decoded;
    } finally {
      options.signal?.removeEventListener('abort', cancel);
      call.cancel();
      endSpan(span, code);
    }
  }

  #unaryOnce(method: Method, request: object, deadline: number, signal: AbortSignal | undefined): Promise<object> {
    return this.#traced(method.path, (metadata) => {
      const { requestSerialize, responseDeserialize } = definition(method);
      const { promise, resolve, reject } = Promise.withResolvers<object>();
      const call = this.#client.makeUnaryRequest(
        method.path,
        requestSerialize,
        responseDeserialize,
        request,
        metadata,
        { deadline },
        settle(resolve, reject),
      );
      return cancelledBy(signal, call, () => promise);
    });
  }

  async #traced<T>(path: string, make: (metadata: Metadata) => Promise<T>): Promise<T> {
    const metadata = new Metadata();
    const span = startClientSpan(path, metadata);
    try {
      const response = await context.with(span.context, () => make(metadata));
      endSpan(span, 'OK');
      return response;
    } catch (error) {
      endSpan(span, error instanceof RpcError ? error.code : 'UNKNOWN');
      throw error;
    }
  }

  #deadline({ deadlineMs }: CallOptions): number {
    return Date.now() + (deadlineMs === undefined ? this.#defaultDeadlineMs : checkedDeadline(deadlineMs));
  }
}

function definition(method: Method): MethodDefinition<object, object> {
  return method as unknown as MethodDefinition<object, object>;
}

function settle(resolve: (response: object) => void, reject: (error: RpcError) => void) {
  return (error: ServiceError | null, response?: object): void => {
    if (error === null && response !== undefined) resolve(response);
    else reject(error === null ? new RpcError('INTERNAL', 'the server sent no response') : decodeStatus(error));
  };
}

async function cancelledBy<T>(
  signal: AbortSignal | undefined,
  call: { cancel(): void },
  work: () => Promise<T>,
): Promise<T> {
  const cancel = (): void => call.cancel();
  if (signal?.aborted) cancel();
  signal?.addEventListener('abort', cancel, { once: true });
  try {
    return await work();
  } finally {
    signal?.removeEventListener('abort', cancel);
  }
}

async function sendAll(
  requests: AsyncIterable<object> | Iterable<object>,
  call: ClientWritableStream<object>,
  answered: Promise<unknown>,
): Promise<void> {
  let over = false;
  const end = answered.then(
    () => {
      over = true;
    },
    () => {
      over = true;
    },
  );
  try {
    for await (const request of requests) {
      if (over) return;
      if (!call.write(request)) await Promise.race([once(call, 'drain'), end]);
    }
    call.end();
  } catch (error) {
    call.cancel();
    throw error;
  }
}

function toldDelay(error: unknown): number | undefined {
  if (!(error instanceof RpcError) || error.code !== 'RESOURCE_EXHAUSTED') return undefined;
  return error.retryDelayMs === undefined ? undefined : error.retryDelayMs * (1 + Math.random() / 4);
}

function toRpcError(error: unknown): RpcError {
  if (error instanceof RpcError) return error;
  if (error instanceof Error && 'code' in error && 'details' in error) return decodeStatus(error as ServiceError);
  return new RpcError('UNKNOWN', 'the call failed', { cause: error });
}

function checkedDeadline(deadlineMs: number): number {
  if (deadlineMs >= 1 && deadlineMs <= MAX_DEADLINE_MS) return deadlineMs;
  throw new RpcError('INVALID_ARGUMENT', `a deadline is 1 to ${MAX_DEADLINE_MS} milliseconds`, { reason: 'DEADLINE' });
}
