import { type Context, context, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { errorType } from './error-type.ts';
import { permittedAttributes, type SpanAttributes } from './span-attributes.ts';

/** What a span may say when it starts. */
export interface SpanInit {
  readonly attributes?: SpanAttributes;
  /** The parent; the active context unless given. */
  readonly parent?: Context;
  /** `INTERNAL` unless given. */
  readonly kind?: SpanKind;
}

/** The span of the work in progress. */
export interface WorkSpan {
  /** Adds attributes; those that are not permitted are counted and left out. */
  set(attributes: SpanAttributes): void;
}

/**
 * Does work in a span of its own, which is the active one while it lasts. When the work fails the span is marked with the
 * error's code or class, never its message, and the error goes on to the caller.
 *
 * @param name fixed words, such as `prove`
 */
export async function withSpan<T>(name: string, init: SpanInit, work: (span: WorkSpan) => Promise<T> | T): Promise<T> {
  const { attributes = {}, parent = context.active(), kind = SpanKind.INTERNAL } = init;
  const options = { kind, attributes: permittedAttributes(attributes) };
  const span = trace.getTracer('@assay/telemetry').startSpan(name, options, parent);
  try {
    return await context.with(trace.setSpan(parent, span), () => work(workSpan(span)));
  } catch (error) {
    span.setAttribute('error.type', errorType(error));
    span.setStatus({ code: SpanStatusCode.ERROR });
    throw error;
  } finally {
    span.end();
  }
}

function workSpan(span: Span): WorkSpan {
  return { set: (attributes) => void span.setAttributes(permittedAttributes(attributes)) };
}
