import type { Metadata } from '@grpc/grpc-js';
import {
  type Context,
  context,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type TextMapGetter,
  type TextMapSetter,
  trace,
} from '@opentelemetry/api';
import type { RpcCode } from './error.ts';
import { splitPath } from './method.ts';

/** Only these leave or enter the process: baggage could carry what must not be seen. */
const FIELDS: ReadonlySet<string> = new Set(['traceparent', 'tracestate']);

const setter: TextMapSetter<Metadata> = {
  set(carrier, key, value) {
    if (FIELDS.has(key)) carrier.set(key, value);
  },
};

const getter: TextMapGetter<Metadata> = {
  keys: () => [...FIELDS],
  get: (carrier, key) => (FIELDS.has(key) ? carrier.get(key)[0]?.toString() : undefined),
};

/** A span and the context in which it is the current one. */
export interface CallSpan {
  readonly span: Span;
  readonly context: Context;
}

/** Starts the span of a served call, below the caller's span that the W3C headers name. */
export function startServerSpan(path: string, metadata: Metadata): CallSpan {
  return startSpan(path, SpanKind.SERVER, propagation.extract(ROOT_CONTEXT, metadata, getter));
}

/** Starts the span of a call that is made, below the current one, and writes it into the W3C headers. */
export function startClientSpan(path: string, metadata: Metadata): CallSpan {
  const started = startSpan(path, SpanKind.CLIENT, context.active());
  propagation.inject(started.context, metadata, setter);
  return started;
}

/** Ends a call's span with the code it ended with; no message of an error is recorded. */
export function endSpan({ span }: CallSpan, code: RpcCode | 'OK'): void {
  span.setAttribute('rpc.response.status_code', code);
  if (code !== 'OK') {
    span.setAttribute('error.type', code);
    span.setStatus({ code: SpanStatusCode.ERROR });
  }
  span.end();
}

/** After the OpenTelemetry conventions for RPC spans. */
function startSpan(path: string, kind: SpanKind, parent: Context): CallSpan {
  const { service, method } = splitPath(path);
  const attributes = { 'rpc.system.name': 'grpc', 'rpc.service': service, 'rpc.method': method };
  const span = trace.getTracer('@assay/rpc').startSpan(`${service}/${method}`, { kind, attributes }, parent);
  return { span, context: trace.setSpan(parent, span) };
}
