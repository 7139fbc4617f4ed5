import assert from 'node:assert/strict';
import { before, suite, test } from 'node:test';
import { FIELD_ORDER } from '@assay/field';
import { checkWitness, type WitnessInput } from '@assay/groth16';
import fc from 'fast-check';
import { type CompiledStatement, loadStatement } from './artifacts.ts';
import { freeWires } from './free-wires.ts';
import { costs, REASONS_SIGNALS, type ReasonsCase, reasonsInput, reasonsOf, withoutCosts } from './reasons-oracle.ts';
import { declinedCases, PLAIN_REASONS } from './samples.ts';

suite('reasons, additive model', () => {
  let circuit: CompiledStatement;
  before(async () => {
    circuit = await loadStatement('reasons-additive');
  });
  const accepts = (input: WitnessInput): bigint[] => circuit.calculator.witness(input);
  const refuses = (input: WitnessInput): void =>
    assert.throws(() => circuit.calculator.witness(input), { code: 'WITNESS_REJECTED' });
  const acceptsReasons = (reasons: ReasonsCase, expected: readonly bigint[]): void => {
    assert.deepEqual(reasonsOf(reasons), expected);
    accepts(reasonsInput(reasons));
  };

  test('agrees with the specification on random applicants, models and baselines', () => {
    fc.assert(
      fc.property(declinedCases, (declined) => void accepts(reasonsInput(declined))),
      { numRuns: 30 },
    );
  });

  test('refuses any other four reasons on random applicants', () => {
    const claimed = fc.array(fc.bigInt({ min: 0n, max: 32n }), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(declinedCases, claimed, (declined, reasons) => {
        fc.pre(String(reasons) !== String(reasonsOf(declined)));
        refuses(reasonsInput(declined, reasons));
      }),
      { numRuns: 30 },
    );
  });

  test('has the public signals of the specification, in its order', () => {
    const input = reasonsInput(PLAIN_REASONS);
    const witness = accepts(input);
    assert.deepEqual([circuit.r1cs.publicInputs, circuit.r1cs.publicOutputs], [REASONS_SIGNALS.length, 0]);
    assert.deepEqual(
      witness.slice(1, 1 + REASONS_SIGNALS.length),
      REASONS_SIGNALS.map((name) => input[name]),
    );
    assert.equal(checkWitness(circuit.r1cs, witness), undefined);
  });

  test('leaves no wire free', () => {
    const free = freeWires(circuit.r1cs, accepts(reasonsInput(PLAIN_REASONS)));
    assert.deepEqual(
      free.map((wire) => circuit.symbols.namesOf.get(wire)?.[0]),
      [],
    );
  });

  for (const name of REASONS_SIGNALS) {
    test(`refuses another ${name}`, () => {
      const input = reasonsInput(PLAIN_REASONS);
      refuses({ ...input, [name]: ((input[name] as bigint) + 1n) % FIELD_ORDER });
    });
  }

  test('adds weights and steps of either sign', () => {
    const found = costs(PLAIN_REASONS);
    assert.deepEqual(
      [3, 8, 11, 12, 20, 21].map((slot) => found[slot]),
      [7n, 9n, 5n, 5n, -9n, 6n],
    );
    acceptsReasons(PLAIN_REASONS, [9n, 4n, 22n, 12n]);
  });

  const without = (...slots: number[]): ReasonsCase => withoutCosts(PLAIN_REASONS, slots);

  test('names fewer reasons where fewer attributes cost anything, and none where none does', () => {
    acceptsReasons(without(8, 11), [4n, 22n, 13n, 0n]);
    acceptsReasons(without(8, 11, 12, 3), [22n, 0n, 0n, 0n]);
    acceptsReasons(without(8, 11, 12, 3, 21), [0n, 0n, 0n, 0n]);
    refuses(reasonsInput(without(8, 11, 12, 3), [22n, 1n, 0n, 0n]));
    refuses(reasonsInput(without(8, 11, 12, 3), [0n, 22n, 0n, 0n]));
    refuses(reasonsInput(without(8, 11, 12, 3, 21), [1n, 0n, 0n, 0n]));
  });

  for (const [name, reasons] of [
    ['two reasons in the wrong order', [4n, 9n, 22n, 12n]],
    ['the higher slot of two equal costs', [9n, 4n, 22n, 13n]],
    ['a skipped larger cost', [9n, 22n, 12n, 13n]],
    ['an attribute that costs nothing', [9n, 4n, 22n, 6n]],
    ['an attribute that the applicant gains by', [9n, 4n, 22n, 21n]],
    ['one attribute twice', [9n, 9n, 4n, 22n]],
    ['one reason fewer than there are', [9n, 4n, 22n, 0n]],
    ['a gap', [9n, 4n, 0n, 22n]],
    ['a reason above 32', [9n, 4n, 22n, 33n]],
  ] as const) {
    test(`refuses ${name}`, () => refuses(reasonsInput(PLAIN_REASONS, reasons)));
  }

  test('measures the largest costs that conformance admits, of either sign', () => {
    const top = 2n ** 40n - 1n;
    for (const sign of [1n, -1n]) {
      const model = {
        ...PLAIN_REASONS.model,
        weights: new Array<bigint>(32).fill(sign * (2n ** 120n - 1n)),
        steps: Array.from({ length: 32 }, () => ({ u: sign * (2n ** 160n - 1n), slot: 31, threshold: top })),
      };
      const low = { ...PLAIN_REASONS, model, attributes: new Array<bigint>(32).fill(0n) };
      const raised = { ...low, baseline: new Array<bigint>(32).fill(top) };
      acceptsReasons(raised, sign > 0n ? [32n, 1n, 2n, 3n] : [0n, 0n, 0n, 0n]);
      const lowered = { ...raised, attributes: raised.baseline, baseline: low.attributes };
      acceptsReasons(lowered, sign > 0n ? [0n, 0n, 0n, 0n] : [32n, 1n, 2n, 3n]);
    }
  });

  test('refuses attributes, baseline values and thresholds of 2^40', () => {
    refuses(reasonsInput({ ...PLAIN_REASONS, attributes: PLAIN_REASONS.attributes.with(4, 2n ** 40n) }));
    refuses(reasonsInput({ ...PLAIN_REASONS, baseline: PLAIN_REASONS.baseline.with(4, 2n ** 40n) }));
    const steps = PLAIN_REASONS.model.steps.with(9, { u: 1n, slot: 3, threshold: 2n ** 40n });
    refuses(reasonsInput({ ...PLAIN_REASONS, model: { ...PLAIN_REASONS.model, steps } }));
  });
});
