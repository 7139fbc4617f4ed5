import { Client } from '@grpc/grpc-js';
import type { CallOptions, ClientOptions, StreamOptions } from './client-options.ts';
import { isIdempotent } from './descriptors.ts';
import { RpcError } from './error.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import type { Method, RequestOf, ResponseOf, Service } from './method.ts';
import { OutgoingCalls } from './outgoing-calls.ts';
import { clientCredentials } from './security.ts';
import { retryConfig } from './service-config.ts';

/** How one method is called. Every call fails with an `RpcError`. */
export type ClientMethod<M> = M extends { readonly requestStream: false; readonly responseStream: false }
  ? (request: RequestOf<M>, options?: CallOptions) => Promise<ResponseOf<M>>
  : M extends { readonly requestStream: true; readonly responseStream: false }
    ? (requests: AsyncIterable<RequestOf<M>> | Iterable<RequestOf<M>>, options?: CallOptions) => Promise<ResponseOf<M>>
    : M extends { readonly requestStream: false; readonly responseStream: true }
      ? (request: RequestOf<M>, options: StreamOptions) => AsyncIterable<ResponseOf<M>>
      : never;

/** A client of one service. */
export interface RpcClient<S> extends Disposable {
  /** The service's methods. */
  readonly call: { readonly [N in keyof S]: ClientMethod<S[N]> };
  /** Waits until there is a connection. @throws RpcError `UNAVAILABLE` when there is none in time */
  ready(deadlineMs: number): Promise<void>;
  /** Closes the connection; calls in progress may end. */
  close(): void;
}

/**
 * A client for a generated service definition, with a deadline on every call, errors decoded into `RpcError`, trace
 * headers, and retries of what the contract says may be repeated.
 *
 * @throws RpcError `FAILED_PRECONDITION` for an insecure address beyond this machine
 */
export function createClient<S extends Record<keyof S, Method>>(service: S, options: ClientOptions): RpcClient<S> {
  const { maxReceiveBytes, maxSendBytes } = { ...DEFAULT_LIMITS, ...options.limits };
  const { address, security } = options;
  const serverName = security.kind === 'tls' ? security.serverName : undefined;
  const methods = service as unknown as Service;
  const client = new Client(address, clientCredentials(security, address), {
    'grpc.max_receive_message_length': maxReceiveBytes,
    'grpc.max_send_message_length': maxSendBytes,
    'grpc.service_config': retryConfig(methods),
    'grpc.service_config_disable_resolution': 1,
    'grpc.enable_http_proxy': 0,
    'grpc.keepalive_time_ms': 60_000,
    ...(serverName === undefined ? {} : { 'grpc.ssl_target_name_override': serverName }),
  });
  const calls = new OutgoingCalls(client, options.defaultDeadlineMs);
  const call = Object.fromEntries(Object.entries(methods).map(([name, method]) => [name, methodCall(calls, method)]));
  return {
    call: call as RpcClient<S>['call'],
    ready: (deadlineMs) => ready(client, deadlineMs),
    close: () => client.close(),
    [Symbol.dispose]: () => client.close(),
  };
}

function methodCall(calls: OutgoingCalls, method: Method): unknown {
  if (method.responseStream) {
    return (request: object, options: StreamOptions) => calls.serverStream(method, request, options);
  }
  if (method.requestStream) {
    return (requests: AsyncIterable<object> | Iterable<object>, options: CallOptions = {}) =>
      calls.clientStream(method, requests, options);
  }
  const repeatable = isIdempotent(method.path);
  return (request: object, options: CallOptions = {}) => calls.unary(method, request, options, repeatable);
}

function ready(client: Client, deadlineMs: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  client.waitForReady(Date.now() + deadlineMs, (error) => {
    if (error === undefined) resolve();
    else reject(new RpcError('UNAVAILABLE', 'no connection in time', { cause: error }));
  });
  return promise;
}
