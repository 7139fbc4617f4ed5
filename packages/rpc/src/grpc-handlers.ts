import { once } from 'node:events';
import type {
  handleClientStreamingCall,
  handleServerStreamingCall,
  handleUnaryCall,
  ServerReadableStream,
  ServerWritableStream,
  UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { RpcError } from './error.ts';
import type { ServedService, UntypedHandler } from './handler.ts';
import { encodeStatus, type WireStatus } from './rich-status.ts';
import type { CallRunner } from './served-call.ts';

type Unary = (request: unknown, call: Parameters<UntypedHandler>[1]) => Promise<object>;
type ServerStream = (request: unknown, call: Parameters<UntypedHandler>[1]) => AsyncIterable<object>;

/** A service's handlers as grpc-js calls them. */
export function grpcHandlers({ service, handlers }: ServedService, runner: CallRunner): UntypedServiceImplementation {
  return Object.fromEntries(
    Object.entries(service).map(([name, { path, requestStream, responseStream }]) => {
      const handler = handlers[name];
      if (handler === undefined) throw new RpcError('UNIMPLEMENTED', `${path} has no handler`);
      if (responseStream) return [name, serverStream(path, handler as ServerStream, runner)];
      return [
        name,
        requestStream ? clientStream(path, handler as Unary, runner) : unary(path, handler as Unary, runner),
      ];
    }),
  );
}

function unary(path: string, handler: Unary, runner: CallRunner): handleUnaryCall<unknown, object> {
  return (grpcCall, respond) => {
    runner
      .run(grpcCall, path, (call) => handler(grpcCall.request, call))
      .then(
        (response) => respond(null, response),
        (error: unknown) => respond(wireStatus(error)),
      );
  };
}

function clientStream(path: string, handler: Unary, runner: CallRunner): handleClientStreamingCall<object, object> {
  return (grpcCall, respond) => {
    runner
      .run(grpcCall, path, (call) => handler(requestsOf(grpcCall, call.signal), call))
      .then(
        (response) => respond(null, response),
        (error: unknown) => respond(wireStatus(error)),
      );
  };
}

function serverStream(
  path: string,
  handler: ServerStream,
  runner: CallRunner,
): handleServerStreamingCall<unknown, object> {
  return (grpcCall) => {
    runner
      .run(grpcCall, path, (call) => sendAll(handler(grpcCall.request, call), grpcCall, call.signal))
      .then(
        () => grpcCall.end(),
        (error: unknown) => grpcCall.emit('error', wireStatus(error)),
      );
  };
}

/** The requests of a stream. Leaving the loop early keeps grpc-js's stream alive, for the status is still to be sent. */
async function* requestsOf(stream: ServerReadableStream<object, object>, signal: AbortSignal): AsyncGenerator<unknown> {
  for await (const request of stream.iterator({ destroyOnReturn: false })) {
    signal.throwIfAborted();
    yield request;
  }
  signal.throwIfAborted();
}

/** Sends each response as fast as the caller takes them. */
async function sendAll(
  responses: AsyncIterable<object>,
  stream: ServerWritableStream<unknown, object>,
  signal: AbortSignal,
): Promise<void> {
  for await (const response of responses) {
    signal.throwIfAborted();
    if (!stream.write(response)) await once(stream, 'drain', { signal });
  }
}

/** `CallRunner.run` throws nothing else. */
function wireStatus(error: unknown): WireStatus {
  return encodeStatus(error instanceof RpcError ? error : new RpcError('INTERNAL', 'internal error'));
}
