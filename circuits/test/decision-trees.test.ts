import assert from 'node:assert/strict';
import { before, suite, test } from 'node:test';
import { FIELD_ORDER } from '@assay/field';
import { checkWitness, type WitnessInput } from '@assay/groth16';
import { type CompiledStatement, loadStatement } from './artifacts.ts';
import { freeWires } from './free-wires.ts';
import {
  type ForestCase,
  reached,
  score,
  type TreeCase,
  type TreeDecisionCase,
  treeDecisionInput,
} from './tree-oracle.ts';
import { plainTreeDecision, randomTreeDecision, SHAPES, wordOf } from './tree-samples.ts';

const PUBLIC = [
  ...['applicantCommitment', 'modelCommitment', 'partitionsHash', 'eligibilityCommitment', 'referred'],
  ...['tallyX', 'tallyY', 'outcomeCommitment', 'reasonsCommitment'],
];

for (const shape of SHAPES) {
  suite(`decision, ${shape.trees} trees of depth ${shape.depth}`, () => {
    const plain = plainTreeDecision(shape);
    let circuit: CompiledStatement;
    let honest: bigint[];
    before(async () => {
      circuit = await loadStatement(shape.circuit);
      honest = circuit.calculator.witness(treeDecisionInput(plain));
    });
    const accepts = (input: WitnessInput): bigint[] => circuit.calculator.witness(input);
    const refuses = (input: WitnessInput): void =>
      assert.throws(() => circuit.calculator.witness(input), { code: 'WITNESS_REJECTED' });
    const withModel = (change: Partial<ForestCase>): TreeDecisionCase => ({
      ...plain,
      model: { ...plain.model, ...change },
    });

    test('agrees with the specification on random applicants and models', () => {
      for (let i = 0; i < (shape.trees === 32 ? 16 : 3); i++) {
        accepts(treeDecisionInput(randomTreeDecision(shape, `${shape.circuit} ${i}`)));
      }
    });

    test('has the public signals of the specification, in its order', () => {
      const input = treeDecisionInput(plain);
      assert.deepEqual([circuit.r1cs.publicInputs, circuit.r1cs.publicOutputs], [PUBLIC.length, 0]);
      assert.deepEqual(
        honest.slice(1, 1 + PUBLIC.length),
        PUBLIC.map((name) => input[name]),
      );
      assert.equal(checkWitness(circuit.r1cs, honest), undefined);
    });

    test('leaves no wire free', () => {
      const free = freeWires(circuit.r1cs, honest).map((wire) => circuit.symbols.namesOf.get(wire)?.[0]);
      assert.deepEqual(free, []);
    });

    test('refuses another value of each public signal', () => {
      const input = treeDecisionInput(plain);
      for (const name of PUBLIC) refuses({ ...input, [name]: ((input[name] as bigint) + 1n) % FIELD_ORDER });
    });

    // The larger circuit is of the same templates.
    if (shape.trees !== 32) return;

    test('decides the cases around the cutoff and the ends of the band', () => {
      const above = score(plain.model, plain.attributes);
      for (const distance of [-1n, 0n, 1n]) {
        const cutoff = above - distance;
        const moved = plain.model.trees.map((tree) => reached(plain.model, tree, plain.attributes));
        const proportional = plain.model.gammaNum * moved.reduce((sum, leaf) => sum + (leaf < 0n ? -leaf : leaf), 0n);
        // The band ends short of the distance, at it, and beyond.
        for (const b0 of [2n ** 40n - proportional - 1n, 2n ** 40n - proportional]) {
          if (b0 >= 0n) accepts(treeDecisionInput(withModel({ cutoff, b0 })));
        }
      }
    });

    test('takes the largest scores and bands that conformance admits', () => {
      for (const sign of [1n, -1n]) {
        const leaf = sign * (2n ** 63n - 1n);
        const trees = plain.model.trees.map((tree) => withLeaves(tree, leaf));
        const limits = { bias: sign * (2n ** 80n - 1n), cutoff: -sign * (2n ** 80n - 1n) };
        const widest = { gammaNum: 2n ** 40n - 1n, b0: 2n ** 121n - 1n };
        accepts(treeDecisionInput(withModel({ trees, ...limits, ...widest })));
        accepts(treeDecisionInput(withModel({ trees, ...limits, gammaNum: 0n, b0: 0n })));
        refuses(
          treeDecisionInput(
            withModel({ trees: [withLeaves(plain.model.trees[0]!, sign * 2n ** 63n), ...trees.slice(1)] }),
          ),
        );
      }
    });

    test('reads each slot, and zero for those outside the mask', () => {
      const [first, ...rest] = plain.model.trees;
      for (const slot of [0, 17, 31]) {
        const x = plain.attributes[slot]!;
        for (const threshold of [x, x + 1n]) {
          const trees = [withWords(first!, wordOf(slot, threshold)), ...rest];
          accepts(treeDecisionInput(withModel({ trees })));
        }
        const readMask = ~(1n << BigInt(slot)) & (2n ** 32n - 1n);
        for (const threshold of [0n, 1n]) {
          const trees = [withWords(first!, wordOf(slot, threshold)), ...rest];
          accepts(treeDecisionInput(withModel({ trees, readMask })));
        }
      }
      refuses(treeDecisionInput(withModel({ readMask: 2n ** 32n })));
    });

    test('compares with thresholds beyond the attributes as integers, or not at all', () => {
      const [first, ...rest] = plain.model.trees;
      const at = (threshold: bigint): WitnessInput =>
        treeDecisionInput(withModel({ trees: [withWords(first!, wordOf(3, threshold)), ...rest] }));
      accepts(at(2n ** 40n - 1n));
      accepts(at(2n ** 40n));
      refuses(at(2n ** 40n + plain.attributes[3]! + 1n));
      refuses(at(2n ** 200n));
    });
  });
}

function withLeaves(tree: TreeCase, leaf: bigint): TreeCase {
  if (typeof tree === 'bigint') return leaf;
  return { ...tree, left: withLeaves(tree.left, leaf), right: withLeaves(tree.right, leaf) };
}

function withWords(tree: TreeCase, word: bigint): TreeCase {
  if (typeof tree === 'bigint') return tree;
  return { word, left: withWords(tree.left, word), right: withWords(tree.right, word) };
}
