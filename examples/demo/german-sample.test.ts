import assert from 'node:assert/strict';
import { test } from 'node:test';
import { germanSample } from './german-sample.ts';

const rows = Array.from({ length: 400 }, (_, i) => ({
  values: new Map([
    ['sex', i % 3 === 0 ? 'female' : 'male'],
    ['age', String(20 + (i % 11))],
  ]),
  good: true,
}));

test('takes as many of each sex on each side of 25, in the order of the file', () => {
  const sample = germanSample(rows, 40);
  const kinds = Map.groupBy(sample, ({ values }) => `${values.get('sex')} ${Number(values.get('age')) > 25}`);
  assert.deepEqual(
    [...kinds.values()].map((members) => members.length),
    [10, 10, 10, 10],
  );
  const lines = sample.map(({ line }) => line);
  assert.deepEqual(
    lines,
    lines.toSorted((a, b) => a - b),
  );
  assert.equal(lines[0], 2);
});

test('refuses a file that is too short', () => {
  assert.throws(() => germanSample(rows.slice(0, 20), 40), /too few rows/);
});
