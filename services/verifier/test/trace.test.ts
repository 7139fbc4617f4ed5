import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startTelemetry, withSpan } from '@assay/telemetry';
import { TraceCollector } from '@assay/testkit';
import type { Envelope } from '@assay/verify';
import { trace } from '@opentelemetry/api';
import { DAY, decision, intake } from '../../../packages/verify/test/world.ts';
import { Deployment } from './deployment.ts';

const collector = await TraceCollector.start();
const telemetry = startTelemetry({ service: 'test', otlpEndpoint: collector.endpoint, batchDelayMs: 50 });
const env = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint };
const deployment = await Deployment.ready(env);
after(async () => {
  await deployment[Symbol.asyncDispose]();
  await telemetry.shutdown();
  await collector.close();
});
const today = { asOf: BigInt(Math.floor(Date.now() / DAY)) };

/** Publishes an envelope below a span of its own, and gives the trace. */
function publish(envelope: Envelope): Promise<string> {
  return withSpan('submit', {}, async () => {
    await deployment.publish(envelope);
    return trace.getActiveSpan()!.spanContext().traceId;
  });
}

const named = (traceId: string): string[] => collector.spans(traceId).map(({ service, name }) => `${service}/${name}`);

test('checking, archiving and announcing belong to the trace that the proof came with, also after a wait and a crash', async () => {
  const waiting = await decision(1);
  const traceOfDecision = await publish(waiting);
  await deployment.event(waiting, 'pending');
  // A crash may take spans with it that were not sent; the trace itself is kept with what waits.
  await collector.waitFor(() => named(traceOfDecision).includes('verifier/process proof.decision'));
  await deployment.service.kill();
  await deployment.start(env);
  const first = await intake(1, today);
  const traceOfIntake = await publish(first);
  await deployment.event(waiting, 'accepted');
  await telemetry.flush();
  for (const traceId of [traceOfIntake, traceOfDecision]) {
    await collector.waitFor(() => named(traceId).includes('verifier/publish archive.accepted'));
    await collector.waitFor(() => named(traceId).some((span) => span.startsWith('verifier/process proof.')));
    await collector.waitFor(() => named(traceId).includes('test/submit'));
    collector.assertConnected(traceId);
    for (const name of ['verifier/verify', 'verifier/archive']) assert.ok(named(traceId).includes(name), name);
  }
  assert.ok(named(traceOfDecision).includes('verifier/publish archive.pending'));
  const archived = collector.spans(traceOfDecision).find(({ name }) => name === 'archive');
  const announced = collector.spans(traceOfDecision).find(({ name }) => name === 'publish archive.accepted');
  assert.equal(announced?.parentSpanId, archived?.spanId);
});

test('no public signal is in a span', () => {
  for (const signal of ['10001', '20001', '30001', '40001']) assert.ok(!collector.includes(signal), signal);
});
