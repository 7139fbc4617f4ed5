import assert from 'node:assert/strict';
import { test } from 'node:test';
import { statement } from '@assay/contracts';
import { startTelemetry, withSpan } from '@assay/telemetry';
import { TraceCollector } from '@assay/testkit';
import { trace } from '@opentelemetry/api';
import { CANARIES, scopeRegistrations, submission } from './application-request.ts';
import { made, STATES } from './fakes.ts';
import { digestOf, Rig } from './rig.ts';

test('an application stays in the trace of the call that made it, over a restart too', async (t) => {
  const collector = await TraceCollector.start();
  t.after(() => collector.close());
  const telemetry = startTelemetry({ service: 'gateway', otlpEndpoint: collector.endpoint, batchDelayMs: 10 });
  t.after(() => telemetry.shutdown());
  const rig = await Rig.start(t);
  rig.fakes.registrations = await scopeRegistrations();
  const { id, traceId } = await withSpan('bank', {}, async () => ({
    id: (await rig.call.submitApplication(submission())).application!.applicationId,
    traceId: trace.getActiveSpan()!.spanContext().traceId,
  }));
  await rig.jobs('application', 1);
  await rig.stop();
  await rig.startGateway();
  const statements = [made(statement.StatementKind.ELIGIBILITY, digestOf(1))];
  rig.fakes.decide(id, { state: STATES.INTAKE_PROVED, applicantCommitment: '1', statements });
  await rig.announce('accepted', digestOf(1), { index: 1, statement: 'eligibility' });
  await rig.until(id, STATES.ADMITTED);
  await telemetry.flush();
  const names = ['bank', 'seal', 'publish job.application', 'process job.application', 'archive event'];
  await collector.waitFor((spans) => {
    const known = new Set(spans.filter((span) => span.traceId === traceId).map(({ name }) => name));
    return names.every((name) => known.has(name));
  });
  collector.assertConnected(traceId);
  const spans = collector.spans(traceId);
  const parentOf = (name: string) => {
    const { parentSpanId } = spans.find((span) => span.name === name)!;
    return spans.find(({ spanId }) => spanId === parentSpanId)?.name;
  };
  assert.equal(parentOf('publish job.application'), 'seal');
  assert.equal(parentOf('seal'), 'assay.gateway.v1.GatewayService/SubmitApplication');
  for (const canary of Object.values(CANARIES)) assert(!collector.includes(canary));
});
