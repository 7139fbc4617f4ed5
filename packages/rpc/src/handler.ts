import type { Call } from './call.ts';
import type { Method, RequestOf, ResponseOf, Service } from './method.ts';

/**
 * What serves one method: a promise for one response, an async iterable for a stream of them; a stream of requests comes
 * as an async iterable. A handler fails by throwing. Streams in both directions at once are not used here.
 *
 * A stream of requests that its caller broke off may look complete: HTTP/2 clients close their side before they reset it.
 * So the contract of each such method says in its first message how much follows (a digest, a total), and its handler
 * checks that.
 */
export type Handler<M> = M extends { readonly requestStream: false; readonly responseStream: false }
  ? (request: RequestOf<M>, call: Call) => Promise<ResponseOf<M>>
  : M extends { readonly requestStream: true; readonly responseStream: false }
    ? (requests: AsyncIterable<RequestOf<M>>, call: Call) => Promise<ResponseOf<M>>
    : M extends { readonly requestStream: false; readonly responseStream: true }
      ? (request: RequestOf<M>, call: Call) => AsyncIterable<ResponseOf<M>>
      : never;

/** A handler for each method of a service. */
export type Handlers<S extends Service> = { readonly [N in keyof S]: Handler<S[N]> };

/** A service with what serves it; made by `serve`, which checks that the two fit. */
export interface ServedService {
  readonly service: Service;
  readonly handlers: Readonly<Record<string, UntypedHandler>>;
}

/** A handler whose messages' types have been checked already. */
export type UntypedHandler = (input: never, call: Call) => Promise<object> | AsyncIterable<object>;

/** Pairs a generated service definition with its handlers. */
export function serve<S extends Record<keyof S, Method>>(
  service: S,
  handlers: { readonly [N in keyof S]: Handler<S[N]> },
): ServedService {
  return { service: service as unknown as Service, handlers: handlers as unknown as ServedService['handlers'] };
}
