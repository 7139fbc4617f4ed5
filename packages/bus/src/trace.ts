import type { MsgHdrs } from '@nats-io/nats-core';
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

/** W3C Trace Context as text, for storing beside a row and for carrying in headers. */
export interface TraceContext {
  readonly traceparent: string;
  readonly tracestate?: string;
}

/** Only these two leave the process: baggage never does, it could carry what must not be seen. */
const FIELDS: ReadonlySet<string> = new Set(['traceparent', 'tracestate']);

const recordSetter: TextMapSetter<Map<string, string>> = {
  set(carrier, key, value) {
    if (FIELDS.has(key)) carrier.set(key, value);
  },
};

const recordGetter: TextMapGetter<Map<string, string>> = {
  keys: (carrier) => [...carrier.keys()],
  get: (carrier, key) => carrier.get(key),
};

/** The trace context of `from` as text; `undefined` when it has none. */
export function captureTrace(from: Context): TraceContext | undefined {
  const carrier = new Map<string, string>();
  propagation.inject(from, carrier, recordSetter);
  const traceparent = carrier.get('traceparent');
  if (traceparent === undefined) return undefined;
  const tracestate = carrier.get('tracestate');
  return tracestate === undefined ? { traceparent } : { traceparent, tracestate };
}

/** A context whose parent is the remote span that `stored` names; the root context when there is none, or it is malformed. */
export function contextOfTrace(stored: TraceContext | undefined): Context {
  if (stored === undefined) return ROOT_CONTEXT;
  const carrier = new Map([['traceparent', stored.traceparent]]);
  if (stored.tracestate !== undefined) carrier.set('tracestate', stored.tracestate);
  return propagation.extract(ROOT_CONTEXT, carrier, recordGetter);
}

/** Writes the trace context into a message's headers. */
export function injectTrace(from: Context, into: MsgHdrs): void {
  const captured = captureTrace(from);
  if (captured === undefined) return;
  into.set('traceparent', captured.traceparent);
  if (captured.tracestate !== undefined) into.set('tracestate', captured.tracestate);
}

/** Reads the trace context from a message's headers. */
export function extractTrace(from: MsgHdrs | undefined): Context {
  const traceparent = from?.get('traceparent');
  if (!traceparent) return ROOT_CONTEXT;
  const tracestate = from?.get('tracestate');
  return contextOfTrace(tracestate ? { traceparent, tracestate } : { traceparent });
}

/** A message's place on the bus, as span attributes after the OpenTelemetry messaging conventions. */
export interface SpanPlace {
  readonly subject: string;
  readonly operation: 'publish' | 'process' | 'queue';
}

/** Starts a span on the message's way, below `parent`, and gives it with the context in which it is the current one. */
export function startBusSpan(place: SpanPlace, parent: Context, startTime?: Date): { span: Span; context: Context } {
  const kind = { publish: SpanKind.PRODUCER, process: SpanKind.CONSUMER, queue: SpanKind.INTERNAL }[place.operation];
  const attributes = { 'messaging.system': 'nats', 'messaging.destination.name': place.subject };
  const options = { kind, attributes, ...(startTime === undefined ? {} : { startTime }) };
  const span = trace
    .getTracer('@assay/bus')
    .startSpan(`${place.operation} ${shortName(place.subject)}`, options, parent);
  return { span, context: trace.setSpan(parent, span) };
}

/** Marks a span as failed with a code, never with a message: messages of foreign errors could quote what they failed on. */
export function failSpan(span: Span, code: string): void {
  span.setAttribute('error.type', code);
  span.setStatus({ code: SpanStatusCode.ERROR });
}

/** The context that is active where this is called, for callers that pass none. */
export function activeContext(): Context {
  return context.active();
}

/** `job.decision` of `assay.v1.acme.job.decision`: span names have few values. */
function shortName(subject: string): string {
  return subject.split('.').slice(3).join('.');
}
