import assert from 'node:assert/strict';
import { before, suite, test } from 'node:test';
import { FIELD_ORDER } from '@assay/field';
import type { WitnessInput } from '@assay/groth16';
import { checkWitness } from '@assay/groth16';
import fc from 'fast-check';
import { type CompiledStatement, loadStatement } from './artifacts.ts';
import { type DecisionCase, decisionInput } from './decision-oracle.ts';
import { freeWires } from './free-wires.ts';
import { decisions, PLAIN_DECISION } from './samples.ts';

const PUBLIC = [
  'applicantCommitment',
  'modelCommitment',
  'partitionsHash',
  'eligibilityCommitment',
  'referred',
  'tallyX',
  'tallyY',
  'outcomeCommitment',
  'reasonsCommitment',
];

suite('decision, additive model', () => {
  let circuit: CompiledStatement;
  before(async () => {
    circuit = await loadStatement('decision-additive');
  });
  const accepts = (input: WitnessInput): bigint[] => circuit.calculator.witness(input);
  const refuses = (input: WitnessInput): void =>
    assert.throws(() => circuit.calculator.witness(input), { code: 'WITNESS_REJECTED' });
  const refusesCase = (change: Partial<DecisionCase>): void => refuses(decisionInput({ ...PLAIN_DECISION, ...change }));

  test('agrees with the specification on random applicants, models and partitions', () => {
    fc.assert(
      fc.property(decisions, (decision) => void accepts(decisionInput(decision))),
      { numRuns: 30 },
    );
  });

  test('has the public signals of the specification, in its order', () => {
    const input = decisionInput(PLAIN_DECISION);
    const witness = accepts(input);
    assert.equal(circuit.r1cs.publicInputs, PUBLIC.length);
    assert.equal(circuit.r1cs.publicOutputs, 0);
    assert.deepEqual(
      witness.slice(1, 1 + PUBLIC.length),
      PUBLIC.map((name) => input[name]),
    );
    assert.equal(checkWitness(circuit.r1cs, witness), undefined);
  });

  test('leaves no wire free', () => {
    const free = freeWires(circuit.r1cs, accepts(decisionInput(PLAIN_DECISION)));
    assert.deepEqual(
      free.map((wire) => circuit.symbols.namesOf.get(wire)?.[0]),
      [],
    );
  });

  for (const name of PUBLIC) {
    test(`refuses another ${name}`, () => {
      const input = decisionInput(PLAIN_DECISION);
      refuses({ ...input, [name]: ((input[name] as bigint) + 1n) % FIELD_ORDER });
    });
  }

  test('decides the cases around the cutoff and the ends of the band', () => {
    const { model, attributes } = PLAIN_DECISION;
    // One attribute with weight 1 and no steps: the score is the attribute.
    const weights = model.weights.map((_, j) => (j === 2 ? 1n : 0n));
    const steps = model.steps.map(() => ({ u: 0n, slot: 0, threshold: 0n }));
    const unit = 2n ** 40n;
    const proportional = model.gammaNum * attributes[2]!;
    for (const distance of [-2n, -1n, 0n, 1n, 2n]) {
      for (const b0 of [unit - proportional - 1n, unit - proportional, unit - proportional + 1n, 0n]) {
        const cutoff = attributes[2]! - distance;
        accepts(decisionInput({ ...PLAIN_DECISION, model: { ...model, weights, steps, bias: 0n, cutoff, b0 } }));
      }
    }
  });

  test('decides the largest and the smallest scores and bands that conformance admits', () => {
    const attributes = new Array<bigint>(32).fill(2n ** 40n - 1n);
    for (const sign of [1n, -1n]) {
      const model = {
        ...PLAIN_DECISION.model,
        weights: new Array<bigint>(32).fill(sign * (2n ** 120n - 1n)),
        steps: Array.from({ length: 32 }, () => ({ u: sign * (2n ** 160n - 1n), slot: 31, threshold: 2n ** 40n - 1n })),
        bias: sign * (2n ** 160n - 1n),
        cutoff: -sign * (2n ** 160n - 1n),
        gammaNum: 2n ** 30n - 1n,
        b0: 2n ** 230n - 1n,
      };
      accepts(decisionInput({ ...PLAIN_DECISION, attributes, model }));
      accepts(decisionInput({ ...PLAIN_DECISION, attributes, model: { ...model, gammaNum: 0n, b0: 0n } }));
    }
  });

  test('refuses numbers beyond their range', () => {
    const attributes = PLAIN_DECISION.attributes.with(4, 2n ** 40n);
    refusesCase({ attributes });
    refusesCase({ blinding: 2n ** 251n });
    refusesCase({ model: { ...PLAIN_DECISION.model, bias: 2n ** 171n } });
    const step = { u: 1n, slot: 3, threshold: 2n ** 40n };
    refusesCase({ model: { ...PLAIN_DECISION.model, steps: PLAIN_DECISION.model.steps.with(9, step) } });
  });

  test('takes the slots of steps from 0 to 31 and no others', () => {
    for (const slot of [0, 31]) {
      const steps = PLAIN_DECISION.model.steps.map((step) => ({ ...step, slot }));
      accepts(decisionInput({ ...PLAIN_DECISION, model: { ...PLAIN_DECISION.model, steps } }));
    }
  });

  test('refuses partitions that are out of order for the applicant, or name a slot that there is not', () => {
    const [first, ...rest] = PLAIN_DECISION.partitions;
    const swapped = { ...first!, thresholds: first!.thresholds.with(0, 135n).with(2, 120n) };
    refusesCase({ partitions: [swapped, ...rest] });
    refusesCase({ partitions: [{ ...first!, missingSlot: 33 }, ...rest] });
    const words = decisionInput(PLAIN_DECISION).thresholdWords as readonly bigint[];
    refuses({ ...decisionInput(PLAIN_DECISION), thresholdWords: words.with(0, words[0]! + 2n ** 240n) });
  });

  test('refuses a reason above 32, and any with an approval', () => {
    const declined = { ...PLAIN_DECISION, model: { ...PLAIN_DECISION.model, cutoff: 2n ** 100n } };
    accepts(decisionInput({ ...declined, reasons: [32n, 0n, 31n, 1n] }));
    for (const reason of [33n, 63n, 64n]) refuses(decisionInput({ ...declined, reasons: [0n, 0n, 0n, reason] }));
    refuses({ ...decisionInput(PLAIN_DECISION), reasons: [1n, 0n, 0n, 0n] });
  });
});
