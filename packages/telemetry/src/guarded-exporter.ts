import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter, TimedEvent } from '@opentelemetry/sdk-trace';
import { countFailedExport, countRefused } from './counters.ts';
import { permittedAttributes } from './span-attributes.ts';

/** A span's or event's name: fixed words, as the code has them. */
const NAME = /^[A-Za-z][A-Za-z0-9_./ -]{0,127}$/;

/**
 * The gate through which every span leaves the process, whoever made it: only permitted attributes pass, no message of an
 * error, no attribute of a link. What is held back is counted.
 */
export class GuardedExporter implements SpanExporter {
  readonly #inner: SpanExporter;

  constructor(inner: SpanExporter) {
    this.#inner = inner;
  }

  export(spans: ReadableSpan[], done: (result: ExportResult) => void): void {
    this.#inner.export(spans.map(guarded), (result) => {
      if (result.code !== ExportResultCode.SUCCESS) countFailedExport();
      done(result);
    });
  }

  shutdown(): Promise<void> {
    return this.#inner.shutdown();
  }

  async forceFlush(): Promise<void> {
    await this.#inner.forceFlush?.();
  }
}

/** The span with what may be seen of it. Fields are named one by one: a field that the SDK adds later does not pass. */
function guarded(span: ReadableSpan): ReadableSpan {
  if (span.status.message !== undefined) countRefused();
  const context = span.spanContext();
  const parent = span.parentSpanContext;
  return {
    name: permittedName(span.name),
    kind: span.kind,
    spanContext: () => context,
    ...(parent === undefined ? {} : { parentSpanContext: parent }),
    startTime: span.startTime,
    endTime: span.endTime,
    duration: span.duration,
    ended: span.ended,
    status: { code: span.status.code },
    attributes: permittedAttributes(span.attributes),
    links: span.links.map(({ context: linked }) => ({ context: linked })),
    events: span.events.map(guardedEvent),
    resource: span.resource,
    instrumentationScope: span.instrumentationScope,
    droppedAttributesCount: span.droppedAttributesCount,
    droppedEventsCount: span.droppedEventsCount,
    droppedLinksCount: span.droppedLinksCount,
  };
}

function guardedEvent({ time, name, attributes }: TimedEvent): TimedEvent {
  return { time, name: permittedName(name), attributes: permittedAttributes(attributes ?? {}) };
}

function permittedName(name: string): string {
  if (NAME.test(name)) return name;
  countRefused();
  return 'unnamed';
}
