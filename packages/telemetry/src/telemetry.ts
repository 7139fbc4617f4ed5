import { context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { ATTR_SERVICE_NAME, ATTR_SERVICE_VERSION } from '@opentelemetry/semantic-conventions';
import { TelemetryError } from './error.ts';
import { GuardedExporter } from './guarded-exporter.ts';

/** How telemetry is started. */
export interface TelemetryOptions {
  /** The service's name, such as `gateway`. */
  readonly service: string;
  readonly version?: string;
  /**
   * Base address of an OTLP/HTTP receiver, such as `http://127.0.0.1:4318`; spans are posted to `/v1/traces` below it.
   * Absent: trace context travels all the same, and no span leaves the process.
   */
  readonly otlpEndpoint?: string | undefined;
  /** Milliseconds after which finished spans are sent; 1,000 unless given. */
  readonly batchDelayMs?: number;
}

/** Running telemetry. */
export interface Telemetry extends AsyncDisposable {
  /** Sends the spans that are finished. */
  flush(): Promise<void>;
  /** Sends the spans that are finished and stops. Losing spans is counted, never thrown: it must not keep a service from ending. */
  shutdown(): Promise<void>;
}

const EXPORT_TIMEOUT_MS = 2000;

/**
 * Starts tracing for this process: async context, W3C trace context (no baggage), and a batched export behind a gate that
 * lets only permitted attributes pass. Nothing is instrumented by itself: `rpc`, `bus` and `withSpan` make the spans.
 *
 * @throws TelemetryError `ALREADY_STARTED`, `BAD_ENDPOINT`
 */
export function startTelemetry({ service, version, otlpEndpoint, batchDelayMs = 1000 }: TelemetryOptions): Telemetry {
  const provider = new TracerProvider({
    resource: resourceFromAttributes({
      [ATTR_SERVICE_NAME]: service,
      ...(version === undefined ? {} : { [ATTR_SERVICE_VERSION]: version }),
    }),
    spanProcessors: otlpEndpoint === undefined ? [] : [exportTo(tracesUrl(otlpEndpoint), batchDelayMs)],
  });
  if (!trace.setGlobalTracerProvider(provider)) {
    throw new TelemetryError('ALREADY_STARTED', 'telemetry runs once in a process; shut it down first');
  }
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());

  let stopping: Promise<void> | undefined;
  const shutdown = (): Promise<void> => {
    // What an exporter throws has been counted by the gate.
    stopping ??= provider
      .shutdown()
      .catch(() => undefined)
      .finally(disable);
    return stopping;
  };
  return { flush: () => provider.forceFlush(), shutdown, [Symbol.asyncDispose]: shutdown };
}

function exportTo(url: string, scheduledDelayMillis: number): BatchSpanProcessor {
  const exporter = new GuardedExporter(new OTLPTraceExporter({ url, timeoutMillis: EXPORT_TIMEOUT_MS }));
  return new BatchSpanProcessor({
    exporter,
    scheduledDelayMillis,
    maxQueueSize: 16_384,
    maxExportBatchSize: 512,
    exportTimeoutMillis: EXPORT_TIMEOUT_MS,
  });
}

function tracesUrl(endpoint: string): string {
  if (!URL.canParse(endpoint) || !/^https?:/.test(endpoint)) {
    throw new TelemetryError('BAD_ENDPOINT', 'the OTLP endpoint is no http or https address');
  }
  return `${endpoint.replace(/\/$/, '')}/v1/traces`;
}

function disable(): void {
  trace.disable();
  context.disable();
  propagation.disable();
}
