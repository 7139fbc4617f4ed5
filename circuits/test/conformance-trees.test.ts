import assert from 'node:assert/strict';
import { before, suite, test } from 'node:test';
import { checkWitness, type WitnessInput } from '@assay/groth16';
import { type CompiledStatement, loadStatement } from './artifacts.ts';
import { Forger } from './forger.ts';
import { freeWires } from './free-wires.ts';
import { assertRefused, assertRefusedBy } from './refused.ts';
import { conforming, type ForestCase, type TreeConformanceCase, treeConformanceInput } from './tree-oracle.ts';
import { plainTreeDecision, SHAPES } from './tree-samples.ts';

const PUBLIC = ['modelCommitment', 'schemaId', 'prohibitedMask', 'family'];
const READ = 0b1011n;
const [SMALL] = SHAPES;
const PLAIN_MODEL: ForestCase = { ...plainTreeDecision(SMALL).model, readMask: READ };

function caseOf(change: Partial<ForestCase> = {}, extra = 12_345n, prohibitedMask = 0b100n): TreeConformanceCase {
  return { schemaId: 77n, prohibitedMask, extra, model: conforming({ ...PLAIN_MODEL, ...change }, extra) };
}

suite('conformance, tree models', () => {
  let circuit: CompiledStatement;
  let forger: Forger;
  let witness: bigint[];
  before(async () => {
    circuit = await loadStatement('conformance-trees');
    witness = circuit.calculator.witness(treeConformanceInput(caseOf()));
    forger = new Forger(circuit.r1cs, circuit.symbols, witness);
  });
  const accepts = (input: WitnessInput): bigint[] => circuit.calculator.witness(input);
  const refuses = (input: WitnessInput): void =>
    assert.throws(() => circuit.calculator.witness(input), { code: 'WITNESS_REJECTED' });
  const acceptsModel = (change: Partial<ForestCase>): void => void accepts(treeConformanceInput(caseOf(change)));
  const refusesModel = (change: Partial<ForestCase>): void => refuses(treeConformanceInput(caseOf(change)));

  test('has the public signals of the specification, in its order', () => {
    assert.deepEqual([circuit.r1cs.publicInputs, circuit.r1cs.publicOutputs], [PUBLIC.length, 0]);
    assert.deepEqual(
      witness.slice(1, 5),
      PUBLIC.map((name) => forger.value(name)),
    );
    assert.equal(checkWitness(circuit.r1cs, witness), undefined);
  });

  test('leaves no wire free', () => {
    const free = freeWires(circuit.r1cs, accepts(treeConformanceInput(caseOf({ readMask: 2n ** 32n - 1n }, 1n, 0n))));
    assert.deepEqual(
      free.map((wire) => circuit.symbols.namesOf.get(wire)?.[0]),
      [],
    );
  });

  test('refuses another value of each public signal', () => {
    const input = treeConformanceInput(caseOf());
    for (const name of PUBLIC) {
      refuses({ ...input, [name]: name === 'prohibitedMask' ? 1n : (input[name] as bigint) + 1n });
    }
  });

  test('takes the families of its shapes and no other', () => {
    for (const { family, gammaMin } of SHAPES) acceptsModel({ family, gammaNum: gammaMin });
    for (const family of [0n, 1n, 4n]) refusesModel({ family, gammaNum: 2n ** 39n });
  });

  test('the least gammaNum is 2^40 gamma_n rounded up, n two more than there are trees', () => {
    for (const { trees, family, gammaMin } of SHAPES) {
      // gamma_n = n u / (1 - n u) with u = 2^-24.
      const n = BigInt(trees) + 2n;
      const [numerator, denominator] = [n * 2n ** 40n, 2n ** 24n - n];
      assert.equal((numerator + denominator - 1n) / denominator, gammaMin);
      acceptsModel({ family, gammaNum: gammaMin });
      refusesModel({ family, gammaNum: gammaMin - 1n });
      acceptsModel({ family, gammaNum: 2n ** 40n - 1n });
      refusesModel({ family, gammaNum: 2n ** 40n });
      refusesModel({ family, gammaNum: 2n ** 40n + gammaMin - 1n });
    }
  });

  test('takes each number up to its limit and no further', () => {
    for (const sign of [1n, -1n]) {
      acceptsModel({ bias: sign * (2n ** 80n - 1n) });
      refusesModel({ bias: sign * 2n ** 80n });
      acceptsModel({ cutoff: sign * (2n ** 80n - 1n) });
      refusesModel({ cutoff: sign * 2n ** 80n });
    }
    accepts(treeConformanceInput(caseOf({}, 0n)));
    accepts(treeConformanceInput(caseOf({}, 2n ** 120n - 1n)));
    refuses(treeConformanceInput(caseOf({}, 2n ** 120n)));
    refuses(treeConformanceInput(caseOf({}, -5n)));
  });

  test('refuses a model that may read a prohibited slot, whichever it is', () => {
    for (let slot = 0n; slot < 32n; slot++) {
      const input = treeConformanceInput(caseOf({}, 0n, 1n << slot));
      if (((READ >> slot) & 1n) === 1n) refuses(input);
      else accepts(input);
    }
  });

  test('refuses masks of more than 32 bits', () => {
    refuses(treeConformanceInput(caseOf({}, 0n, 2n ** 32n)));
    refusesModel({ readMask: 2n ** 32n + 1n });
  });

  test('forged: a band constant that does not follow, or from the wrong sign of the bias', () => {
    // b0 is a sum: what makes it is a product, and the commitment takes it.
    const commitment = forger.value('modelCommitment');
    for (const change of [
      { gammaNum: forger.value('gammaNum') - 1n, modelCommitment: commitment },
      { extra: forger.value('extra') - 1n, modelCommitment: commitment },
    ]) {
      assertRefused(forger.forge(change), /TreeModelCommitment/);
    }
    const magnitude = 'biasMagnitude';
    assertRefused(forger.forge({ [magnitude]: -forger.value(magnitude) }), /RangeCheck/);
    assertRefused(forger.forge({ [magnitude]: forger.value(magnitude) + 1n }), /biasMagnitude|AbsoluteValue/);
  });

  test('forged: a mask bit that is not the committed one, or not boolean', () => {
    const bit = (list: string, slot: number) => `${list}[${slot}]`;
    assertRefusedBy(forger.forge({ [bit('read', 2)]: 1n }), /^(read|prohibited)\[/);
    assertRefused(forger.forge({ [bit('prohibited', 2)]: 0n }), /prohibited\[/);
    assertRefused(forger.forge({ [bit('read', 1)]: 3n }), /read\[1\]/);
    assertRefused(
      forger.forge({ readMask: READ | 4n, modelCommitment: forger.value('modelCommitment') }),
      /TreeModelCommitment/,
    );
  });

  test('forged: a parameter of another model under the same commitment', () => {
    for (const signal of ['forest', 'bias', 'cutoff', 'gammaNum', 'readMask', 'modelSalt', 'schemaId', 'family']) {
      const changes = { [signal]: forger.value(signal) + 1n, modelCommitment: forger.value('modelCommitment') };
      assertRefused(forger.forge(changes), /TreeModelCommitment/);
    }
  });
});
