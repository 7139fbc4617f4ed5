import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ack, captureTrace, contextOfTrace, type TraceContext } from '@assay/bus';
import { startTelemetry, withSpan } from '@assay/telemetry';
import { startNatsServer, TraceCollector } from '@assay/testkit';
import { context, trace } from '@opentelemetry/api';
import { BANK, Collected, connectTo, job, proof } from './fixture.ts';

test('one connected trace from the cause over the queue to what the handler does, and over a stored context', async (t) => {
  await using collector = await TraceCollector.start();
  const telemetry = startTelemetry({ service: 'test', otlpEndpoint: collector.endpoint });
  t.after(() => telemetry.shutdown());
  await using server = await startNatsServer();
  await using bus = await connectTo(server);
  await bus.ensureStreams(BANK);

  const worked = new Collected<TraceContext | undefined>(1);
  const consumption = await bus.consume({ bank: BANK, stream: 'JOBS', durable: 'worker' }, async () => {
    await withSpan('prove', {}, () => worked.add(captureTrace(context.active())));
    return ack;
  });
  const traceId = await withSpan('request', {}, async () => {
    await bus.publish(job('a'));
    return trace.getActiveSpan()?.spanContext().traceId ?? '';
  });
  const [stored] = await worked.all();
  await bus.publish(proof('b'), { context: contextOfTrace(stored) });
  await consumption.drain();
  await telemetry.flush();

  const names = [
    'request',
    'publish job.decision',
    'queue job.decision',
    'process job.decision',
    'prove',
    'publish proof.decision',
  ];
  await collector.waitFor((spans) => names.every((name) => spans.some((span) => span.name === name)));
  const spans = collector.spans();
  assert.deepEqual(spans.map((span) => span.name).sort(), [...names].sort());
  assert(spans.every((span) => span.traceId === traceId));
  collector.assertConnected(traceId);
  const kinds = Object.fromEntries(spans.map((span) => [span.name, span.kind]));
  assert.equal(kinds['publish job.decision'], 4);
  assert.equal(kinds['process job.decision'], 5);
});
