import assert from 'node:assert/strict';
import { before, suite, test } from 'node:test';
import { FIELD_ORDER } from '@assay/field';
import { checkWitness, type WitnessInput } from '@assay/groth16';
import { type CompiledStatement, loadCalculator, loadStatement } from './artifacts.ts';
import { freeWires } from './free-wires.ts';
import { REASONS_SIGNALS, withoutCosts } from './reasons-oracle.ts';
import type { ForestCase, TreeCase } from './tree-oracle.ts';
import {
  PLAIN_TREE_REASONS,
  randomTreeReasons,
  type TreeReasonsCase,
  treeCosts,
  treeReasons,
  treeReasonsInput,
} from './tree-reasons-cases.ts';
import { SHAPES } from './tree-samples.ts';

const PLAIN = PLAIN_TREE_REASONS;
const RUNS = 16;
const LARGE_RUNS = 2;

suite('reasons, trees', () => {
  let circuit: CompiledStatement;
  before(async () => {
    circuit = await loadStatement('reasons-trees-32x4');
  });
  const accepts = (input: WitnessInput): bigint[] => circuit.calculator.witness(input);
  const refuses = (input: WitnessInput): void =>
    assert.throws(() => circuit.calculator.witness(input), { code: 'WITNESS_REJECTED' });
  const acceptsReasons = (reasons: TreeReasonsCase, expected: readonly bigint[]): void => {
    assert.deepEqual(treeReasons(reasons), expected);
    accepts(treeReasonsInput(reasons));
  };
  const under = (change: Partial<ForestCase>): TreeReasonsCase => ({ ...PLAIN, model: { ...PLAIN.model, ...change } });

  test('agrees with the specification on random applicants, models and baselines, and refuses other reasons', () => {
    for (let run = 0; run < RUNS; run++) {
      const declined = randomTreeReasons(`reasons ${run}`);
      accepts(treeReasonsInput(declined));
      const [first, second, ...rest] = treeReasons(declined);
      assert.notEqual(first, second);
      refuses(treeReasonsInput(declined, [second!, first!, ...rest]));
    }
  });

  test('has the public signals of the specification, in its order, and leaves no wire free', () => {
    const input = treeReasonsInput(PLAIN);
    const witness = accepts(input);
    assert.deepEqual([circuit.r1cs.publicInputs, circuit.r1cs.publicOutputs], [REASONS_SIGNALS.length, 0]);
    assert.deepEqual(
      witness.slice(1, 1 + REASONS_SIGNALS.length),
      REASONS_SIGNALS.map((name) => input[name]),
    );
    assert.equal(checkWitness(circuit.r1cs, witness), undefined);
    // circomlib's IsZero multiplies the inverse with its input: it is free where that is zero.
    const free = freeWires(circuit.r1cs, witness).map((wire) => circuit.symbols.namesOf.get(wire)?.[0]);
    assert.deepEqual(
      free.filter((name) => !/\.inv$/.test(name ?? '')),
      [],
    );
  });

  for (const name of REASONS_SIGNALS) {
    test(`refuses another ${name}`, () => {
      const input = treeReasonsInput(PLAIN);
      refuses({ ...input, [name]: ((input[name] as bigint) + 1n) % FIELD_ORDER });
    });
  }

  const without = (...slots: number[]): TreeReasonsCase => withoutCosts(PLAIN, slots);

  test('follows one attribute through a tree that tests it again, and names fewer reasons where fewer cost anything', () => {
    const found = treeCosts(PLAIN);
    assert.deepEqual(
      [3, 4, 5, 8, 11, 12, 22].map((slot) => found[slot]),
      [127n, -2n, -1n, 80n, 5n, 5n, 90n],
    );
    acceptsReasons(PLAIN, [4n, 23n, 9n, 12n]);
    acceptsReasons(without(3, 8), [23n, 12n, 13n, 0n]);
    acceptsReasons(without(3, 8, 11, 12, 22), [0n, 0n, 0n, 0n]);
  });

  for (const [name, reasons] of [
    ['two reasons in the wrong order', [23n, 4n, 9n, 12n]],
    ['the higher slot of two equal costs', [4n, 23n, 9n, 13n]],
    ['a skipped larger cost', [4n, 9n, 12n, 13n]],
    ['an attribute that the applicant gains by', [4n, 23n, 9n, 5n]],
    ['an attribute that no tree tests', [4n, 23n, 9n, 32n]],
    ['one reason fewer than there are', [4n, 23n, 9n, 0n]],
  ] as const) {
    test(`refuses ${name}`, () => refuses(treeReasonsInput(PLAIN, reasons)));
  }

  test('reads no attribute outside the mask, of the applicant or of the baseline', () => {
    // Zero lies below every threshold: slot 3 goes left with both, and slots 8 and 22 as before.
    acceptsReasons(under({ readMask: PLAIN.model.readMask & ~(1n << 3n) }), [23n, 9n, 12n, 13n]);
  });

  test('measures the largest costs that leaves in range have, of either sign', () => {
    for (const sign of [1n, -1n]) {
      const leaf = (own: boolean): bigint => (own ? -sign : sign) * (2n ** 63n - 1n);
      const trees = PLAIN.model.trees.map(() => testing(7, leaf(true), leaf(false)));
      acceptsReasons(under({ trees }), [sign > 0n ? 8n : 0n, 0n, 0n, 0n]);
    }
  });

  test('refuses a difference of leaves of 2^64 where an attribute makes it, and nowhere else', () => {
    for (const sign of [1n, -1n]) {
      const trees = (slot: number): TreeCase[] => [
        testing(slot, -sign * 2n ** 63n, sign * 2n ** 63n + sign),
        ...PLAIN.model.trees.slice(1),
      ];
      refuses(treeReasonsInput(under({ trees: trees(7) })));
      accepts(treeReasonsInput({ ...under({ trees: trees(7) }), baseline: without(7).baseline }));
    }
  });

  test('refuses attributes and baseline values of 2^40', () => {
    refuses(treeReasonsInput({ ...PLAIN, attributes: PLAIN.attributes.with(4, 2n ** 40n) }));
    refuses(treeReasonsInput({ ...PLAIN, baseline: PLAIN.baseline.with(4, 2n ** 40n) }));
  });
});

suite('reasons, the larger trees', () => {
  test('agrees with the specification on random applicants, models and baselines, and refuses other reasons', async () => {
    const calculator = await loadCalculator('reasons-trees-100x6');
    for (let run = 0; run < LARGE_RUNS; run++) {
      const declined = randomTreeReasons(`large reasons ${run}`, SHAPES[1]);
      calculator.witness(treeReasonsInput(declined));
      const [first, second, ...rest] = treeReasons(declined);
      assert.notEqual(first, second);
      const swapped = treeReasonsInput(declined, [second!, first!, ...rest]);
      assert.throws(() => calculator.witness(swapped), { code: 'WITNESS_REJECTED' });
    }
  });
});

/** A tree that tests one slot at every node: the applicant's leaf on the far left, the baseline's everywhere else. */
function testing(slot: number, own: bigint, other: bigint, depth = 4): TreeCase {
  if (depth === 0) return own;
  const all = (levels: number): TreeCase =>
    levels === 0 ? other : { word: BigInt(slot) + 32n * 400n, left: all(levels - 1), right: all(levels - 1) };
  return { word: BigInt(slot) + 32n * 400n, left: testing(slot, own, other, depth - 1), right: all(depth - 1) };
}
