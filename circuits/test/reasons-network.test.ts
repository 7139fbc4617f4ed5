import assert from 'node:assert/strict';
import { before, suite, test } from 'node:test';
import { FIELD_ORDER } from '@assay/field';
import { checkWitness, type WitnessInput } from '@assay/groth16';
import fc from 'fast-check';
import { type CompiledStatement, loadStatement } from './artifacts.ts';
import { freeWires } from './free-wires.ts';
import { type NetworkCase, reach } from './network-oracle.ts';
import {
  declinedByNetworks,
  type NetworkReasonsCase,
  networkCosts,
  networkReasons,
  networkReasonsInput,
  PLAIN_NETWORK_REASONS,
} from './network-reasons-cases.ts';
import { REASONS_SIGNALS, withoutCosts } from './reasons-oracle.ts';

const PLAIN = PLAIN_NETWORK_REASONS;

suite('reasons, network', () => {
  let circuit: CompiledStatement;
  before(async () => {
    circuit = await loadStatement('reasons-network');
  });
  const accepts = (input: WitnessInput): bigint[] => circuit.calculator.witness(input);
  const refuses = (input: WitnessInput): void =>
    assert.throws(() => circuit.calculator.witness(input), { code: 'WITNESS_REJECTED' });
  const acceptsReasons = (reasons: NetworkReasonsCase, expected: readonly bigint[]): void => {
    assert.deepEqual(networkReasons(reasons), expected);
    accepts(networkReasonsInput(reasons));
  };

  test('agrees with the specification on random applicants, networks and baselines, and refuses other reasons', () => {
    const claimed = fc.array(fc.bigInt({ min: 0n, max: 32n }), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(declinedByNetworks, claimed, (declined, reasons) => {
        accepts(networkReasonsInput(declined));
        if (String(reasons) !== String(networkReasons(declined))) refuses(networkReasonsInput(declined, reasons));
      }),
      { numRuns: 8 },
    );
  });

  test('has the public signals of the specification, in its order, and leaves no wire free', () => {
    const input = networkReasonsInput(PLAIN);
    const witness = accepts(input);
    assert.deepEqual([circuit.r1cs.publicInputs, circuit.r1cs.publicOutputs], [REASONS_SIGNALS.length, 0]);
    assert.deepEqual(
      witness.slice(1, 1 + REASONS_SIGNALS.length),
      REASONS_SIGNALS.map((name) => input[name]),
    );
    assert.equal(checkWitness(circuit.r1cs, witness), undefined);
    const free = freeWires(circuit.r1cs, witness);
    assert.deepEqual(
      free.map((wire) => circuit.symbols.namesOf.get(wire)?.[0]),
      [],
    );
  });

  for (const name of REASONS_SIGNALS) {
    test(`refuses another ${name}`, () => {
      const input = networkReasonsInput(PLAIN);
      refuses({ ...input, [name]: ((input[name] as bigint) + 1n) % FIELD_ORDER });
    });
  }

  const without = (...slots: number[]): NetworkReasonsCase => withoutCosts(PLAIN, slots);
  const all = Array.from({ length: 32 }, (_, j) => j);

  test('names fewer reasons where fewer attributes cost anything, and none where none does', () => {
    assert.deepEqual(networkCosts(PLAIN)[11], networkCosts(PLAIN)[12]);
    acceptsReasons(PLAIN, [6n, 28n, 15n, 12n]);
    acceptsReasons(without(5, 14), [28n, 12n, 13n, 22n]);
    acceptsReasons(without(...all.filter((j) => ![6, 11, 20, 27].includes(j))), [28n, 12n, 0n, 0n]);
    acceptsReasons(without(...all.filter((j) => ![6, 20].includes(j))), [0n, 0n, 0n, 0n]);
  });

  for (const [name, reasons] of [
    ['two reasons in the wrong order', [28n, 6n, 15n, 12n]],
    ['the higher slot of two equal costs', [6n, 28n, 15n, 13n]],
    ['a skipped larger cost', [6n, 15n, 12n, 13n]],
    ['an attribute that the applicant gains by', [6n, 28n, 15n, 21n]],
    ['one reason fewer than there are', [6n, 28n, 15n, 0n]],
  ] as const) {
    test(`refuses ${name}`, () => refuses(networkReasonsInput(PLAIN, reasons)));
  }

  test('measures the largest costs that conformance admits, of either sign', () => {
    const lowest = new Array<bigint>(32).fill(0n);
    const highest = lowest.with(7, 2n ** 40n - 1n);
    const only = (value: bigint) => lowest.with(7, value);
    for (const sign of [1n, -1n]) {
      const model: NetworkCase = {
        ...PLAIN.model,
        slotFactors: only(1n),
        slotSteps: only(2n ** 21n),
        firstSteps: PLAIN.model.firstSteps.map(() => only(2n ** 21n)),
        firstBiases: new Array<bigint>(32).fill(2n ** 60n),
        biasNorm: 2n ** 60n,
        secondWeights: PLAIN.model.secondWeights.map((row) => row.map(() => 2n ** 22n - 1n)),
        secondBiases: PLAIN.model.secondBiases.map(() => 2n ** 60n - 1n),
        outputWeights: PLAIN.model.outputWeights.map(() => sign * (2n ** 30n - 1n)),
      };
      acceptsReasons({ ...PLAIN, model, attributes: lowest, baseline: highest }, [sign > 0n ? 8n : 0n, 0n, 0n, 0n]);
      acceptsReasons({ ...PLAIN, model, attributes: highest, baseline: lowest }, [sign > 0n ? 0n : 8n, 0n, 0n, 0n]);
    }
  });

  test('refuses a reach of 2^62 of the applicant or of one replacement, and takes one less', () => {
    const { model, attributes, baseline } = PLAIN;
    const raised = (biasNorm: bigint) => ({ ...PLAIN, model: { ...model, biasNorm } });
    const rest = 2n ** 62n - reach(model, attributes) + model.biasNorm;
    refuses(networkReasonsInput(raised(rest)));
    acceptsReasons(raised(rest - 1n), networkReasons(PLAIN));
    // Slot 3 alone is higher in the baseline.
    const higher = { ...PLAIN, baseline: baseline.with(3, attributes[3]! + 5n) };
    const beyond = 2n ** 62n - reach(model, attributes.with(3, attributes[3]! + 5n)) + model.biasNorm;
    refuses(networkReasonsInput({ ...higher, model: { ...model, biasNorm: beyond } }));
    accepts(networkReasonsInput({ ...higher, model: { ...model, biasNorm: beyond - 1n } }));
  });

  test('refuses attributes and baseline values of 2^40', () => {
    refuses(networkReasonsInput({ ...PLAIN, attributes: PLAIN.attributes.with(4, 2n ** 40n) }));
    refuses(networkReasonsInput({ ...PLAIN, baseline: PLAIN.baseline.with(4, 2n ** 40n) }));
  });
});
