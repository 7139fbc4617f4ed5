import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { TraceCollector } from '@assay/testkit';
import { context, propagation, ROOT_CONTEXT, SpanStatusCode, trace } from '@opentelemetry/api';
import { telemetryCounters } from './counters.ts';
import type { SpanAttributes } from './span-attributes.ts';
import { startTelemetry, type Telemetry } from './telemetry.ts';
import { withSpan } from './with-span.ts';

const CANARY = 'canary-51234';

async function collecting(t: TestContext): Promise<{ collector: TraceCollector; telemetry: Telemetry }> {
  const collector = await TraceCollector.start();
  const telemetry = startTelemetry({ service: 'gateway', version: '0.1.0', otlpEndpoint: collector.endpoint });
  t.after(async () => {
    await telemetry.shutdown();
    await collector[Symbol.asyncDispose]();
  });
  return { collector, telemetry };
}

test('spans reach the collector as one connected trace, with permitted attributes', async (t) => {
  const { collector, telemetry } = await collecting(t);
  await withSpan('submit', { attributes: { 'assay.application_id': 'app-1' } }, async () => {
    await withSpan('seal', {}, async () => undefined);
    await withSpan('prove', { attributes: { 'assay.statement': 'decision' } }, (span) =>
      span.set({ 'assay.attempt': 2 }),
    );
  });
  await telemetry.shutdown();
  const spans = collector.spans();
  assert.deepEqual(spans.map(({ name }) => name).sort(), ['prove', 'seal', 'submit']);
  collector.assertConnected(spans[0]!.traceId);
  for (const text of ['assay.application_id', 'app-1', 'assay.statement', 'decision', 'assay.attempt']) {
    assert.ok(collector.includes(text), text);
  }
});

test('nothing that is not permitted leaves the process, whoever made the span', async (t) => {
  const { collector, telemetry } = await collecting(t);
  const before = telemetryCounters().refused;
  const unlisted = { 'applicant.income': CANARY, 'assay.code': `free text ${CANARY}` } as SpanAttributes;
  await withSpan('prove', { attributes: unlisted }, (span) => span.set(unlisted));
  const linked = trace.wrapSpanContext({ traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 });
  const foreign = trace.getTracer('foreign').startSpan(`name ${CANARY}: 42%`, {
    attributes: { 'applicant.income': CANARY, 'assay.index': [1, 2] },
    links: [{ context: linked.spanContext(), attributes: { leak: CANARY } }],
  });
  foreign.addEvent('income', { leak: CANARY });
  foreign.recordException(new Error(CANARY));
  foreign.setStatus({ code: SpanStatusCode.ERROR, message: CANARY });
  foreign.end();
  await assert.rejects(
    withSpan('verify', {}, () => {
      throw new RangeError(CANARY);
    }),
    RangeError,
  );
  await telemetry.shutdown();
  const spans = collector.spans();
  assert.deepEqual(spans.map(({ name }) => name).sort(), ['prove', 'unnamed', 'verify']);
  for (const text of [CANARY, 'applicant.income', 'assay.code', 'assay.index', 'exception.message', 'leak']) {
    assert.equal(collector.includes(text), false, text);
  }
  assert.ok(collector.includes('error.type') && collector.includes('RangeError'));
  assert.ok(telemetryCounters().refused - before >= 9, 'what was held back is counted');
});

test('context travels by W3C headers, without baggage, and without an exporter too', async (t) => {
  const telemetry = startTelemetry({ service: 'gateway' });
  t.after(() => telemetry.shutdown());
  const headers: Record<string, string> = {};
  await withSpan('submit', {}, async () => {
    const withBaggage = propagation.setBaggage(
      context.active(),
      propagation.createBaggage({ income: { value: CANARY } }),
    );
    await Promise.resolve();
    propagation.inject(withBaggage, headers);
  });
  assert.deepEqual(Object.keys(headers), ['traceparent']);
  assert.match(headers.traceparent ?? '', /^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  const extracted = trace.getSpanContext(propagation.extract(ROOT_CONTEXT, headers));
  assert.equal(extracted?.traceId, headers.traceparent?.slice(3, 35));
});

test('a collector that is away neither fails the work nor the end, and is counted', async () => {
  const collector = await TraceCollector.start();
  const { endpoint } = collector;
  await collector[Symbol.asyncDispose]();
  const before = telemetryCounters().failedExports;
  const telemetry = startTelemetry({ service: 'gateway', otlpEndpoint: endpoint });
  assert.equal(await withSpan('prove', {}, () => 7), 7);
  await telemetry.shutdown();
  assert.equal(telemetryCounters().failedExports, before + 1);
});

test('telemetry runs once, can be started again after its end, and refuses what is no endpoint', async () => {
  const telemetry = startTelemetry({ service: 'gateway' });
  assert.throws(() => startTelemetry({ service: 'gateway' }), { code: 'ALREADY_STARTED' });
  await telemetry.shutdown();
  await startTelemetry({ service: 'gateway' }).shutdown();
  assert.throws(() => startTelemetry({ service: 'gateway', otlpEndpoint: 'collector:4318' }), { code: 'BAD_ENDPOINT' });
});
