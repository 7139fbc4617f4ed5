import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { FIELD_ORDER } from '@assay/field';
import type { LinearCombination, R1cs, Symbols } from '@assay/groth16';
import { Forger } from './forger.ts';
import { freeWires } from './free-wires.ts';

// result (public) = square of hint; hint is said to be the input, but nothing says so unless `bound`.
const [ONE, RESULT, INPUT, HINT] = [0, 1, 2, 3];

function sum(...terms: [number, bigint][]): LinearCombination {
  return { wires: Uint32Array.from(terms.map(([wire]) => wire)), coefficients: terms.map(([, value]) => value) };
}

function circuit(bound: boolean): R1cs {
  const square = { a: sum([HINT, 1n]), b: sum([HINT, 1n]), c: sum([RESULT, 1n]) };
  const binding = { a: sum([ONE, 1n]), b: sum([INPUT, 1n]), c: sum([HINT, 1n]) };
  return {
    wireCount: 4,
    publicOutputs: 0,
    publicInputs: 1,
    privateInputs: 1,
    constraints: bound ? [square, binding] : [square],
    labels: [0, 1, 2, 3],
  };
}

const names: [string, number][] = [
  ['main.result', RESULT],
  ['main.input', INPUT],
  ['main.Square_12_345.hint', HINT],
];
const symbols: Symbols = {
  wireOf: new Map(names),
  namesOf: new Map(names.map(([name, wire]) => [wire, [name]])),
  eliminated: new Set(),
};
const honest = [1n, 49n, 7n, 7n];

suite('the forger', () => {
  test('finds the hole that a hint without a constraint leaves', () => {
    const forgery = new Forger(circuit(false), symbols, honest).forge({ 'Square_*.hint': 5n });
    assert.deepEqual(forgery.violated, []);
    assert.deepEqual(forgery.witness, [1n, 25n, 7n, 5n]);
  });

  test('is refused by exactly the constraint that binds the hint', () => {
    const forgery = new Forger(circuit(true), symbols, honest).forge({ 'Square_*.hint': 5n });
    assert.deepEqual(forgery.violated, [1]);
    assert.deepEqual(forgery.signals, [['input', 'Square_*.hint']]);
  });

  test('follows the circuit from an input on', () => {
    const forgery = new Forger(circuit(true), symbols, honest).forge({ input: -3n });
    assert.deepEqual(forgery.violated, []);
    assert.deepEqual(forgery.witness, [1n, 9n, FIELD_ORDER - 3n, FIELD_ORDER - 3n]);
  });

  test('keeps what it is told to keep', () => {
    const forgery = new Forger(circuit(true), symbols, honest).forge({ input: 5n, result: 49n });
    assert.deepEqual(forgery.violated, [0]);
  });

  test('refuses names that no wire has', () => {
    assert.throws(() => new Forger(circuit(true), symbols, honest).forge({ hint: 1n }), /hint is unknown/);
  });
});

test('wires that no constraint binds are found', () => {
  assert.deepEqual(freeWires(circuit(false), honest), [INPUT]);
  assert.deepEqual(freeWires(circuit(true), honest), []);
});
