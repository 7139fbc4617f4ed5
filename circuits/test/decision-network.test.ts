import assert from 'node:assert/strict';
import { before, suite, test } from 'node:test';
import { FIELD_ORDER } from '@assay/field';
import { checkWitness, type WitnessInput } from '@assay/groth16';
import fc from 'fast-check';
import { type CompiledStatement, loadStatement } from './artifacts.ts';
import { freeWires } from './free-wires.ts';
import { networkDecisionInput } from './network-decision-input.ts';
import { firstSums, networkBand, networkScore, reach, secondSums } from './network-oracle.ts';
import { atBandEdge, drawNetwork, networkDecisions, PLAIN_NETWORK } from './network-samples.ts';

const PUBLIC = [
  ...['applicantCommitment', 'modelCommitment', 'partitionsHash', 'eligibilityCommitment', 'referred'],
  ...['tallyX', 'tallyY', 'outcomeCommitment', 'reasonsCommitment'],
];

suite('decision, network', () => {
  let circuit: CompiledStatement;
  before(async () => {
    circuit = await loadStatement('decision-network');
  });
  const accepts = (input: WitnessInput): bigint[] => circuit.calculator.witness(input);
  const refuses = (input: WitnessInput): void =>
    assert.throws(() => circuit.calculator.witness(input), { code: 'WITNESS_REJECTED' });

  test('agrees with the specification on random applicants and networks', () => {
    fc.assert(
      fc.property(networkDecisions, (decision) => void accepts(networkDecisionInput(decision))),
      { numRuns: 25 },
    );
  });

  test('has the public signals of the specification, in its order', () => {
    const input = networkDecisionInput(PLAIN_NETWORK);
    const witness = accepts(input);
    assert.deepEqual([circuit.r1cs.publicInputs, circuit.r1cs.publicOutputs], [PUBLIC.length, 0]);
    assert.deepEqual(
      witness.slice(1, 1 + PUBLIC.length),
      PUBLIC.map((name) => input[name]),
    );
    assert.equal(checkWitness(circuit.r1cs, witness), undefined);
  });

  test('leaves no wire free', () => {
    const free = freeWires(circuit.r1cs, accepts(networkDecisionInput(PLAIN_NETWORK)));
    assert.deepEqual(
      free.map((wire) => circuit.symbols.namesOf.get(wire)?.[0]),
      [],
    );
  });

  for (const name of PUBLIC) {
    test(`refuses another ${name}`, () => {
      const input = networkDecisionInput(PLAIN_NETWORK);
      refuses({ ...input, [name]: ((input[name] as bigint) + 1n) % FIELD_ORDER });
    });
  }

  test('the plain case has active and inactive neurons in both layers', () => {
    for (const sums of [firstSums, secondSums]) {
      const signs = new Set(sums(PLAIN_NETWORK.model, PLAIN_NETWORK.attributes).map((value) => value > 0n));
      assert.deepEqual(signs, new Set([true, false]));
    }
  });

  test('decides the cases around the cutoff and the ends of the band', () => {
    const { model, attributes } = PLAIN_NETWORK;
    const least = networkBand({ ...model, growth: [1n, 2n, 3n], free: 0n }, attributes) / 2n ** 40n + 1n;
    for (const distance of [-least - 1n, -least, least, least + 1n]) {
      for (const offset of [-1n, 0n, 1n]) {
        accepts(networkDecisionInput({ ...PLAIN_NETWORK, model: atBandEdge(model, attributes, distance, offset) }));
      }
    }
    for (const distance of [-1n, 0n, 1n]) {
      const cutoff = networkScore(model, attributes) - distance;
      accepts(networkDecisionInput({ ...PLAIN_NETWORK, model: { ...model, cutoff, growth: [0n, 0n, 0n], free: 0n } }));
    }
  });

  test('decides sums at the ends of their range: zero, one less, and as far as the reach goes', () => {
    const attributes = PLAIN_NETWORK.attributes.map((_, j) => (j === 7 ? 2n ** 40n - 1n : 0n));
    const base = drawNetwork(5n, attributes);
    const row = (i: number, step: bigint) => base.firstSteps[i]!.map((_, j) => (j === 7 ? step : 0n));
    const slotSteps = base.slotSteps.map((_, j) => (j === 7 ? 2n ** 21n : 0n));
    const slotFactors = base.slotFactors.map((_, j) => (j === 7 ? 1n : 0n));
    for (const step of [2n ** 21n, -(2n ** 21n)]) {
      const biasNorm = 2n ** 61n - 1n;
      const rest = biasNorm;
      const firstBiases = base.firstBiases.map((_, i) => [0n, -1n, rest, -rest][i % 4]!);
      const firstSteps = base.firstSteps.map((_, i) => row(i, i % 4 < 2 ? 0n : step));
      const model = { ...base, slotSteps, slotFactors, firstSteps, firstBiases, biasNorm };
      assert.ok(reach(model, attributes) < 2n ** 62n);
      accepts(networkDecisionInput({ ...PLAIN_NETWORK, attributes, model }));
    }
  });

  test('decides the largest scores and bands that conformance admits', () => {
    for (const sign of [1n, -1n]) {
      const model = {
        ...PLAIN_NETWORK.model,
        secondWeights: PLAIN_NETWORK.model.secondWeights.map((row) => row.map(() => 2n ** 22n - 1n)),
        secondBiases: PLAIN_NETWORK.model.secondBiases.map(() => 2n ** 60n - 1n),
        outputWeights: PLAIN_NETWORK.model.outputWeights.map(() => sign * (2n ** 30n - 1n)),
        outputBias: sign * (2n ** 100n - 1n),
        cutoff: -sign * (2n ** 100n - 1n),
        growth: [2n ** 60n - 1n, 2n ** 90n - 1n, 2n ** 60n - 1n],
        free: 2n ** 130n - 1n,
      };
      accepts(networkDecisionInput({ ...PLAIN_NETWORK, model }));
      accepts(networkDecisionInput({ ...PLAIN_NETWORK, model: { ...model, growth: [0n, 0n, 0n], free: 0n } }));
    }
  });

  test('refuses a reach of 2^62, and takes one less', () => {
    const { model, attributes } = PLAIN_NETWORK;
    const rest = 2n ** 62n - reach(model, attributes) + model.biasNorm;
    refuses(networkDecisionInput({ ...PLAIN_NETWORK, model: { ...model, biasNorm: rest } }));
    accepts(networkDecisionInput({ ...PLAIN_NETWORK, model: { ...model, biasNorm: rest - 1n } }));
  });

  test('refuses attributes and blindings beyond their range', () => {
    const attributes = PLAIN_NETWORK.attributes.with(4, 2n ** 40n);
    refuses(networkDecisionInput({ ...PLAIN_NETWORK, attributes }));
    refuses(networkDecisionInput({ ...PLAIN_NETWORK, blinding: 2n ** 251n }));
  });
});
