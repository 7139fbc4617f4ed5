import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CollectedSpan } from '@assay/testkit';
import { waterfall } from './traces.ts';

function span(id: string, parent: string | undefined, startMs: number, endMs: number): CollectedSpan {
  const time = (ms: number): bigint => 1_700_000_000_000_000_000n + BigInt(ms) * 1_000_000n;
  const times = { start: time(startMs), end: time(endMs) };
  return { traceId: 't', spanId: id, parentSpanId: parent, name: `pkg.Service/${id}`, kind: 1, service: 's', ...times };
}

test('a waterfall has a line a span, children below and inside their parent, in order of time', () => {
  const lines = waterfall([
    span('Late', 'Root', 60, 100),
    span('Root', undefined, 0, 10),
    span('Early', 'Root', 5, 60),
    span('Inner', 'Late', 80, 100),
  ]).slice(1);
  assert.deepEqual(
    lines.map((line) => line.split('|')[0]?.trimEnd()),
    ['s Root', ' s Early', ' s Late', '  s Inner'],
  );
  const bars = lines.map((line) => line.split('|')[1] ?? '');
  assert.equal(new Set(bars.map(({ length }) => length)).size, 1);
  assert.ok(bars[0]?.startsWith('#'));
  assert.ok((bars[3]?.indexOf('#') ?? 0) > (bars[2]?.indexOf('#') ?? 0));
  assert.deepEqual(
    lines.map((line) => Number(line.split('|')[2])),
    [10, 55, 40, 20],
  );
});
