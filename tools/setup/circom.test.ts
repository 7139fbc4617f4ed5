import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseCounts, parseWarnings } from './circom.ts';
import { SetupError } from './error.ts';

const SUMMARY = `template instances: 73
non-linear constraints: 267
linear constraints: 3
public inputs: 4
private inputs: 5
public outputs: 1
wires: 269
labels: 951
`;

test("the compiler's summary gives the counts", () => {
  assert.deepEqual(parseCounts('x', SUMMARY), { constraints: 270, nonLinear: 267, publicSignals: 5, wires: 269 });
});

test('a summary that lacks a line is an error, not a zero', () => {
  assert.throws(() => parseCounts('x', SUMMARY.replace('wires', 'cables')), SetupError);
});

test('warnings are read with their template, and without one', () => {
  const output = [
    'warning[CA01]: In template "LessThan(8)": Local signal x does not appear in any constraint',
    'warning[P1004]: File "a.circom" does not include pragma version.',
    'Everything went okay',
  ].join('\n');
  assert.deepEqual(
    parseWarnings(output).map(({ code, template }) => [code, template]),
    [
      ['CA01', 'LessThan'],
      ['P1004', ''],
    ],
  );
});
