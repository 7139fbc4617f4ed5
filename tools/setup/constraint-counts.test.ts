import assert from 'node:assert/strict';
import { test } from 'node:test';
import { circuitNames, OTHER_SIZES } from './circuit-sources.ts';
import { type CircuitCounts, countDifferences, lowerLevels } from './constraint-counts.ts';

const count = (constraints: number) => ({ constraints, nonLinear: constraints, publicSignals: 2, wires: 9 });
const counts = (O0: number, O1: number, O2: number): CircuitCounts => ({ O0: count(O0), O1: count(O1), O2: count(O2) });

test('equal counts differ in nothing', () => {
  assert.deepEqual(countDifferences(new Map([['a', counts(3, 2, 1)]]), new Map([['a', counts(3, 2, 1)]])), []);
});

test('each level that changed is named', () => {
  const lines = countDifferences(new Map([['a', counts(3, 2, 1)]]), new Map([['a', counts(4, 2, 0)]]));
  assert.deepEqual(
    lines.map((line) => line.split(':')[0]),
    ['a at O0', 'a at O2'],
  );
});

test('a circuit that is not pinned, and a pin without a circuit, are differences', () => {
  assert.match(countDifferences(new Map([['a', counts(3, 2, 1)]]), new Map()).join(), /a: not pinned/);
  assert.match(countDifferences(new Map(), new Map([['a', counts(3, 2, 1)]])).join(), /a: pinned .* no such circuit/);
});

test('another size of a circuit is counted as it is proved alone, and that size at every level', async () => {
  const names = await circuitNames();
  for (const [name, counted] of Object.entries(OTHER_SIZES)) {
    assert.deepEqual([names.includes(name), lowerLevels(name)], [true, []]);
    assert.deepEqual([names.includes(counted), lowerLevels(counted)], [true, ['O0', 'O1']]);
  }
  const proved = new Map([['a', { O2: count(1) }]]);
  assert.deepEqual(countDifferences(proved, proved), []);
  assert.match(countDifferences(proved, new Map([['a', { O2: count(2) }]])).join(), /^a at O2/);
});
