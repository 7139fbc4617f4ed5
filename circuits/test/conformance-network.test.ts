import assert from 'node:assert/strict';
import { before, suite, test } from 'node:test';
import { FIELD_ORDER } from '@assay/field';
import { checkWitness, type WitnessInput } from '@assay/groth16';
import fc from 'fast-check';
import { type CompiledStatement, loadStatement } from './artifacts.ts';
import { Forger } from './forger.ts';
import { freeWires } from './free-wires.ts';
import { leastBand, type NetworkCase, networkConformanceInput, slotNorms } from './network-oracle.ts';
import { conformingNetworks, PLAIN_NETWORK } from './network-samples.ts';
import { assertRefused } from './refused.ts';

const ALL_SLOTS = 2n ** 32n - 1n;
const PUBLIC = ['modelCommitment', 'schemaId', 'prohibitedMask', 'family'];

/** Slots 5 and 31 are not read. */
const PLAIN = without(PLAIN_NETWORK.model, [5, 31]);

function without(model: NetworkCase, slots: readonly number[]): NetworkCase {
  const cleared = (values: readonly bigint[]) => values.map((value, j) => (slots.includes(j) ? 0n : value));
  return conforming({
    ...model,
    slotFactors: cleared(model.slotFactors),
    slotSteps: cleared(model.slotSteps),
    firstSteps: model.firstSteps.map(cleared),
  });
}

function conforming(model: NetworkCase): NetworkCase {
  return { ...model, ...leastBand(model) };
}

suite('conformance, network', () => {
  let circuit: CompiledStatement;
  let forger: Forger;
  let witness: bigint[];
  before(async () => {
    circuit = await loadStatement('conformance-network');
    witness = circuit.calculator.witness(networkConformanceInput(77n, 1n << 5n, PLAIN));
    forger = new Forger(circuit.r1cs, circuit.symbols, witness);
  });
  const input = (change: Partial<NetworkCase>, mask = 0n): WitnessInput =>
    networkConformanceInput(77n, mask, { ...PLAIN, ...change });
  const accepts = (taken: WitnessInput): bigint[] => circuit.calculator.witness(taken);
  const refuses = (given: WitnessInput): void =>
    assert.throws(() => circuit.calculator.witness(given), { code: 'WITNESS_REJECTED' });
  /** With the band that the changed weights need, so that only their range can be at fault. */
  const acceptsModel = (change: Partial<NetworkCase>): void => void accepts(input(conforming({ ...PLAIN, ...change })));
  const refusesModel = (change: Partial<NetworkCase>): void => refuses(input(conforming({ ...PLAIN, ...change })));

  test('agrees with the specification on random networks', () => {
    fc.assert(
      fc.property(conformingNetworks, fc.bigInt({ min: 0n, max: ALL_SLOTS }), (model, mask) => {
        const read = slotNorms(model).reduce((bits, norm, j) => (norm === 0n ? bits : bits | (1n << BigInt(j))), 0n);
        accepts(networkConformanceInput(5n, mask & ~read, model));
      }),
      { numRuns: 6 },
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
    const full = accepts(networkConformanceInput(77n, 0n, PLAIN_NETWORK.model));
    const free = freeWires(circuit.r1cs, full).map((wire) => circuit.symbols.namesOf.get(wire)?.[0]);
    assert.deepEqual(free, []);
  });

  for (const name of PUBLIC) {
    test(`refuses another ${name}`, () => {
      const given = networkConformanceInput(77n, 0n, PLAIN);
      refuses({ ...given, [name]: name === 'prohibitedMask' ? 1n : (given[name] as bigint) + 1n });
    });
  }

  test('takes each number up to its limit and no further', () => {
    const { secondWeights, secondBiases, outputWeights, firstBiases } = PLAIN;
    const row = secondWeights[15]!;
    for (const sign of [1n, -1n]) {
      acceptsModel({ secondWeights: secondWeights.with(15, row.with(31, sign * (2n ** 22n - 1n))) });
      refusesModel({ secondWeights: secondWeights.with(15, row.with(31, sign * 2n ** 22n)) });
      acceptsModel({ secondBiases: secondBiases.with(15, sign * (2n ** 60n - 1n)) });
      refusesModel({ secondBiases: secondBiases.with(15, sign * 2n ** 60n) });
      acceptsModel({ outputWeights: outputWeights.with(15, sign * (2n ** 30n - 1n)) });
      refusesModel({ outputWeights: outputWeights.with(15, sign * 2n ** 30n) });
      acceptsModel({ outputBias: sign * (2n ** 100n - 1n) });
      refusesModel({ outputBias: sign * 2n ** 100n });
      acceptsModel({ cutoff: sign * (2n ** 100n - 1n) });
      refusesModel({ cutoff: sign * 2n ** 100n });
      const biasNorm = 2n ** 61n - 1n;
      acceptsModel({ biasNorm, firstBiases: firstBiases.with(31, sign * biasNorm) });
      refusesModel({ biasNorm: biasNorm + 1n, firstBiases: firstBiases.with(31, sign * (biasNorm + 1n)) });
    }
    accepts(input({ growth: [2n ** 60n - 1n, 2n ** 90n - 1n, 2n ** 60n - 1n], free: 2n ** 130n - 1n }));
    for (const [l, limit] of [60n, 90n, 60n].entries()) refuses(input({ growth: PLAIN.growth.with(l, 2n ** limit) }));
    refuses(input({ free: 2n ** 130n }));
  });

  test('takes a norm up to its limit, and no weight beyond the norm', () => {
    const { slotFactors, slotSteps, firstSteps } = PLAIN;
    const weight = (step: bigint) => firstSteps.with(31, firstSteps[31]!.with(4, step));
    for (const sign of [1n, -1n]) {
      acceptsModel({ firstSteps: weight(sign * slotSteps[4]!) });
      refusesModel({ firstSteps: weight(sign * (slotSteps[4]! + 1n)) });
      const largest = 2n ** 22n - 1n;
      acceptsModel({ slotSteps: slotSteps.with(4, largest), firstSteps: weight(sign * largest) });
    }
    refusesModel({ slotSteps: slotSteps.with(4, 2n ** 22n) });
    acceptsModel({ slotFactors: slotFactors.with(4, 2n ** 39n - 1n) });
    refusesModel({ slotFactors: slotFactors.with(4, 2n ** 39n) });
  });

  test('refuses a bias beyond its norm', () => {
    const { firstBiases, biasNorm } = PLAIN;
    acceptsModel({ firstBiases: firstBiases.with(2, -biasNorm) });
    refusesModel({ firstBiases: firstBiases.with(2, -biasNorm - 1n) });
  });

  test('refuses a band below what the weights make of it, by one unit anywhere', () => {
    const { growth, free } = PLAIN;
    accepts(input({}));
    for (const l of [0, 1, 2]) {
      // What a smaller growth takes away at the biases is not the reason: free makes up for it.
      const short = growth.with(l, growth[l]! - 1n);
      refuses(input({ growth: short, free: free + PLAIN.biasNorm }));
      accepts(input({ growth: growth.with(l, growth[l]! + 1n) }));
    }
    assert.ok(free > 0n);
    refuses(input({ free: free - 1n }));
  });

  test('refuses a network that reads a prohibited slot', () => {
    accepts(input({}, (1n << 5n) | (1n << 31n)));
    for (const slot of [0n, 4n, 30n]) refuses(input({}, 1n << slot));
    refuses(networkConformanceInput(77n, 1n << 5n, PLAIN_NETWORK.model));
    const unused = conforming({
      ...PLAIN,
      slotSteps: PLAIN.slotSteps.with(5, 1n),
      slotFactors: PLAIN.slotFactors.with(5, 1n),
    });
    refuses(networkConformanceInput(77n, 1n << 5n, unused));
  });

  test('refuses a mask of more than 32 bits', () => {
    refuses({ ...input({}), prohibitedMask: 2n ** 32n });
  });

  test('forged: a prohibited slot that is read', () => {
    assertRefused(forger.forge({ 'firstSteps[3][5]': 1n }), /stepMagnitude\[3\]\[5\]|AbsoluteValue/);
    const changes = { 'slotFactors[5]': 1n, 'slotSteps[5]': 1n, 'firstSteps[3][5]': 1n };
    assertRefused(forger.forge(changes), /slotNorms\[5\]|prohibited\[5\]/);
    assertRefused(
      forger.forge({ ...changes, 'prohibited[5]': 0n, prohibitedMask: forger.value('prohibitedMask') }),
      /prohibited\[/,
    );
  });

  test('forged: magnitudes with the wrong sign, or of another weight', () => {
    for (const signal of [
      'stepMagnitude[3][4]',
      'secondMagnitude[2][9]',
      'outputMagnitude[1]',
      'firstBiasMagnitude[7]',
    ]) {
      assert.notEqual(forger.value(signal), 0n);
      assertRefused(forger.forge({ [signal]: -forger.value(signal) }), /RangeCheck/);
      const name = new RegExp(signal.replace(/[[\]]/g, '\\$&'));
      assertRefused(forger.forge({ [signal]: forger.value(signal) - 1n }), name);
    }
  });

  test('forged: a weight that is a fraction in the field', () => {
    // 2^-1 times an even factor is small again; the weight itself is not.
    const half = (FIELD_ORDER + 1n) / 2n;
    assertRefused(forger.forge({ 'firstSteps[3][4]': half }), /AbsoluteValue|stepMagnitude/);
    assertRefused(forger.forge({ 'slotSteps[4]': half }), /RangeCheck/);
    assertRefused(forger.forge({ 'slotFactors[4]': half }), /RangeCheck/);
  });

  test('forged: products behind the band that are too small', () => {
    for (const signal of ['through[2][9]', 'biasThrough[3]', 'firstThrough[3][4]', 'grown[4]', 'firstBiasThrough[7]']) {
      const name = new RegExp(signal.replace(/[[\]]/g, '\\$&'));
      assertRefused(forger.forge({ [signal]: forger.value(signal) - 1n }), name);
    }
  });

  test('forged: another model under the same commitment', () => {
    const names = ['firstSteps[3][4]', 'firstBiases[9]', 'secondWeights[2][9]', 'secondBiases[3]', 'outputWeights[1]'];
    for (const signal of [...names, 'outputBias', 'cutoff', 'biasNorm', 'growth[1]', 'free', 'modelSalt']) {
      const changes = { [signal]: forger.value(signal) - 1n, modelCommitment: forger.value('modelCommitment') };
      assertRefused(forger.forge(changes), /NetworkModelCommitment|NetworkWords|modelCommitment/);
    }
  });
});
