import assert from 'node:assert/strict';
import { before, suite, test } from 'node:test';
import { checkWitness, type WitnessInput } from '@assay/groth16';
import fc from 'fast-check';
import { type AdditiveCase, bandConstant, GAMMA_MIN } from './additive-oracle.ts';
import { type CompiledStatement, loadStatement } from './artifacts.ts';
import { type ConformanceCase, conformanceInput, readMask } from './conformance-oracle.ts';
import { Forger } from './forger.ts';
import { freeWires } from './free-wires.ts';
import { assertRefused } from './refused.ts';
import { additiveModel, PLAIN_DECISION } from './samples.ts';

const ALL_SLOTS = 2n ** 32n - 1n;
const PUBLIC = ['modelCommitment', 'schemaId', 'prohibitedMask', 'family'];

function conforming(model: AdditiveCase): AdditiveCase {
  return { ...model, b0: bandConstant(model) };
}

const PLAIN: ConformanceCase = {
  schemaId: 77n,
  prohibitedMask: 0n,
  model: conforming({
    ...PLAIN_DECISION.model,
    weights: PLAIN_DECISION.model.weights.with(5, 0n).with(31, 0n),
    steps: PLAIN_DECISION.model.steps.map((step) => (step.slot === 5 ? { ...step, u: 0n } : { ...step, slot: 9 })),
  }),
};

suite('conformance, additive model', () => {
  let circuit: CompiledStatement;
  let forger: Forger;
  let witness: bigint[];
  before(async () => {
    circuit = await loadStatement('conformance-additive');
    const prohibitedMask = ALL_SLOTS & ~readMask(PLAIN.model);
    witness = circuit.calculator.witness(conformanceInput({ ...PLAIN, prohibitedMask }));
    forger = new Forger(circuit.r1cs, circuit.symbols, witness);
  });
  const accepts = (input: WitnessInput): bigint[] => circuit.calculator.witness(input);
  const refuses = (input: WitnessInput): void =>
    assert.throws(() => circuit.calculator.witness(input), { code: 'WITNESS_REJECTED' });
  const refusesModel = (change: Partial<AdditiveCase>): void =>
    refuses(conformanceInput({ ...PLAIN, model: conforming({ ...PLAIN.model, ...change }) }));
  const acceptsModel = (change: Partial<AdditiveCase>): void =>
    void accepts(conformanceInput({ ...PLAIN, model: conforming({ ...PLAIN.model, ...change }) }));

  test('agrees with the specification on random models', () => {
    fc.assert(
      fc.property(additiveModel(), fc.bigInt({ min: 0n, max: ALL_SLOTS }), (model, mask) => {
        const prohibitedMask = mask & ~readMask(model);
        accepts(conformanceInput({ schemaId: 5n, prohibitedMask, model }));
      }),
      { numRuns: 12 },
    );
  });

  test('has the public signals of the specification, in its order', () => {
    assert.deepEqual([circuit.r1cs.publicInputs, circuit.r1cs.publicOutputs], [PUBLIC.length, 0]);
    assert.deepEqual(
      witness.slice(1, 5),
      PUBLIC.map((name) => forger.value(name)),
    );
    assert.equal(checkWitness(circuit.r1cs, witness), undefined);
  });

  test('leaves no wire free', () => {
    // A model that uses everything, or zeros would hide wires.
    const model = conforming(PLAIN_DECISION.model);
    const full = accepts(conformanceInput({ schemaId: 77n, prohibitedMask: 0n, model }));
    const free = freeWires(circuit.r1cs, full).map((wire) => circuit.symbols.namesOf.get(wire)?.[0]);
    assert.deepEqual(free, []);
  });

  for (const name of PUBLIC) {
    test(`refuses another ${name}`, () => {
      const input = conformanceInput(PLAIN);
      refuses({ ...input, [name]: name === 'prohibitedMask' ? 1n : (input[name] as bigint) + 1n });
    });
  }

  test('GAMMA_MIN is 2^40 gamma_8 rounded up', () => {
    // gamma_8 = 8 u / (1 - 8 u) with u = 2^-24.
    const [numerator, denominator] = [8n * 2n ** 40n, 2n ** 24n - 8n];
    assert.equal((numerator + denominator - 1n) / denominator, GAMMA_MIN);
  });

  test('takes each number up to its limit and no further', () => {
    const { weights, steps, magnitudes } = PLAIN.model;
    for (const sign of [1n, -1n]) {
      acceptsModel({ weights: weights.with(31, sign * (2n ** 120n - 1n)) });
      refusesModel({ weights: weights.with(31, sign * 2n ** 120n) });
      acceptsModel({ steps: steps.with(31, { u: sign * (2n ** 160n - 1n), slot: 31, threshold: 2n ** 40n - 1n }) });
      refusesModel({ steps: steps.with(31, { u: sign * 2n ** 160n, slot: 31, threshold: 0n }) });
      acceptsModel({ bias: sign * (2n ** 160n - 1n) });
      refusesModel({ bias: sign * 2n ** 160n });
      acceptsModel({ cutoff: sign * (2n ** 160n - 1n) });
      refusesModel({ cutoff: sign * 2n ** 160n });
    }
    refusesModel({ steps: steps.with(0, { u: 0n, slot: 0, threshold: 2n ** 40n }) });
    acceptsModel({ magnitudes: magnitudes.with(31, 2n ** 64n - 1n) });
    refusesModel({ magnitudes: magnitudes.with(31, 2n ** 64n) });
    acceptsModel({ extra: 2n ** 229n - 1n });
    refusesModel({ extra: 2n ** 229n });
    acceptsModel({ gammaNum: GAMMA_MIN });
    refusesModel({ gammaNum: GAMMA_MIN - 1n });
    acceptsModel({ gammaNum: 2n ** 30n - 1n });
    refusesModel({ gammaNum: 2n ** 30n });
    refusesModel({ gammaNum: 2n ** 30n + GAMMA_MIN - 1n });
  });

  test('refuses a model that reads a prohibited slot', () => {
    const { weights, steps } = PLAIN.model;
    const prohibiting = (slot: number, model: AdditiveCase): WitnessInput =>
      conformanceInput({ ...PLAIN, prohibitedMask: 1n << BigInt(slot), model: conforming(model) });
    accepts(prohibiting(5, PLAIN.model));
    accepts(prohibiting(31, PLAIN.model));
    refuses(prohibiting(5, { ...PLAIN.model, weights: weights.with(5, 1n) }));
    refuses(prohibiting(31, { ...PLAIN.model, steps: steps.with(8, { u: -1n, slot: 31, threshold: 7n }) }));
    accepts(prohibiting(31, { ...PLAIN.model, steps: steps.with(8, { u: 0n, slot: 31, threshold: 7n }) }));
    refuses(prohibiting(0, PLAIN.model));
  });

  test('refuses a mask of more than 32 bits', () => {
    refuses({ ...conformanceInput(PLAIN), prohibitedMask: 2n ** 32n });
  });

  test('forged: a band constant or sum of weights that does not follow', () => {
    for (const change of [
      { proportional: forger.value('proportional') - 1n },
      { 'covered[4]': forger.value('covered[4]') - 1n },
    ]) {
      assertRefused(forger.forge(change), new RegExp(Object.keys(change)[0]!.replace(/[[\]]/g, '\\$&')));
    }
  });

  test('forged: magnitudes with the wrong sign', () => {
    for (const signal of ['weightMagnitude[4]', 'biasMagnitude', 'AbsoluteValue_*.magnitude']) {
      const negative = forger.forge({ [signal]: -forger.value(signal) });
      assertRefused(negative, /RangeCheck/);
      assertRefused(
        forger.forge({ [signal]: forger.value(signal) + 1n }),
        new RegExp(signal.replace(/[[\]*.]/g, '\\$&')),
      );
    }
  });

  test('forged: a prohibited slot that reads as allowed', () => {
    const prohibitedMask = forger.value('prohibitedMask');
    assertRefused(forger.forge({ 'weights[5]': 1n }), /^prohibited\[5\]$/);
    assertRefused(forger.forge({ 'prohibited[5]': 0n, prohibitedMask }), /prohibited\[/);
    assertRefused(forger.forge({ 'select[3].out': 1n - forger.value('select[3].out') }), /select\[3\]/);
  });

  test('forged: a parameter of another model under the same commitment', () => {
    for (const signal of ['weights[31]', 'stepWeights[2]', 'stepWords[2]', 'bias', 'cutoff', 'gammaNum', 'modelSalt']) {
      const changes = { [signal]: forger.value(signal) + 1n, modelCommitment: forger.value('modelCommitment') };
      assertRefused(forger.forge(changes), /AdditiveModelCommitment/);
    }
    for (const signal of ['magnitudes[2]', 'extra']) {
      const changes = { [signal]: forger.value(signal) + 1n, magnitudesHash: forger.value('magnitudesHash') };
      assertRefused(forger.forge(changes), /^Chain/);
    }
  });
});
