import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CollectedSpan } from '@assay/testkit';
import { stagesOf } from './stages.ts';

function span(traceId: string, service: string, name: string, milliseconds: number): CollectedSpan {
  const end = BigInt(Math.round(milliseconds * 1e6));
  return { traceId, spanId: '1', parentSpanId: undefined, name, kind: 1, start: 0n, end, service };
}

test('spans of one name are added up in each trace, and the median over the traces is given', () => {
  const spans = [
    span('a', 'kyc-prover', 'prove', 40),
    span('a', 'kyc-prover', 'prove', 20),
    span('b', 'kyc-prover', 'prove', 90),
    span('c', 'kyc-prover', 'prove', 10),
    span('a', 'gateway', 'assay.gateway.v1.GatewayService/SubmitApplication', 3),
    span('another', 'kyc-prover', 'prove', 1_000),
  ];
  assert.deepEqual(stagesOf(spans, ['a', 'b', 'c']), [
    { stage: 'kyc-prover prove', count: 4 / 3, medianMs: 60 },
    { stage: 'gateway SubmitApplication', count: 1 / 3, medianMs: 0 },
  ]);
  assert.deepEqual(stagesOf(spans, []), []);
});
