import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chain, FIELD_ORDER, fr, poseidon, poseidonUnder, tag } from '@assay/field';
import type { DecisionTree, TreeModel } from '@assay/model';
import { StatementError } from '../error.ts';
import { modelCommitment } from '../model-commitment.ts';
import { decodeModelOpening, encodeModelOpening } from '../model-opening.ts';
import { familyOf, provesFamily } from './families.ts';
import { TREES_32X4 } from './trees.ts';

const SHAPE = { trees: 32, depth: 4 };
const modelSalt = fr(77n);
const signed = (value: bigint): bigint => (value < 0n ? FIELD_ORDER + value : value);

/** Tree t tests slot t at every node, with thresholds 10, 20, ... in heap order; its leaves count from -8. */
function tree(t: number): DecisionTree {
  return {
    nodes: Array.from({ length: 15 }, (_, i) => ({ slot: t, threshold: BigInt(10 * (i + 1)) })),
    leaves: Array.from({ length: 16 }, (_, i) => BigInt(100 * t + i - 8)),
  };
}

const model: TreeModel = {
  family: 'trees',
  schemaId: 5n,
  shape: SHAPE,
  trees: Array.from({ length: 32 }, (_, t) => tree(t)),
  bias: -3n,
  cutoff: 17n,
  gammaNum: 2_228_229n,
  extra: 11n,
  readMask: 2n ** 32n - 1n,
};
const committed = { model, modelSalt };
const word = (t: number, node: number): bigint => BigInt(t) + 32n * BigInt(10 * (node + 1));

test('the commitment is what the specification writes out', () => {
  const tops = model.trees.flatMap(({ leaves }, t) => {
    const blocks = [0, 1, 2, 3].map((i) => {
      const [root, left, right] = [3 + i, 7 + 2 * i, 8 + 2 * i].map((node) => word(t, node));
      return poseidonUnder('tree-block', [root!, left!, right!, ...leaves.slice(4 * i, 4 * i + 4).map(signed)]);
    });
    return [word(t, 0), word(t, 1), word(t, 2), ...blocks];
  });
  const [forest, b0] = [chain('forest', tops), model.gammaNum * 3n + 11n];
  const parameters = [signed(-3n), 17n, model.gammaNum, b0, model.readMask, modelSalt];
  assert.equal(modelCommitment(committed), poseidon([tag('tree-model'), 2n, 5n, forest, ...parameters]));
});

test('a decision gets the blocks that an applicant passes, and the leaf among the last children', () => {
  const x = new Array<bigint>(32).fill(0n).with(1, 75n).with(2, 1000n);
  const input = TREES_32X4.decisionInput(committed, x) as { words: bigint[][][]; children: bigint[][][] };
  // 0 goes left everywhere; 75 passes nodes 0 (10), 2 (30), 6 (70) to the right, and 14 (150) to the left.
  assert.deepEqual(input.words[0]![1], [word(0, 3), word(0, 7), word(0, 8)]);
  assert.deepEqual(input.words[1]![1], [word(1, 6), word(1, 13), word(1, 14)]);
  assert.ok(input.children[1]![1]!.includes(model.trees[1]!.leaves[14]!));
  assert.equal(input.children[2]![1]![3], model.trees[2]!.leaves[15]);
  // What the mask hides reads as zero.
  const hidden = { model: { ...model, readMask: model.readMask & ~6n }, modelSalt };
  const zero = TREES_32X4.decisionInput(hidden, x) as { words: bigint[][][] };
  assert.deepEqual(zero.words[2]![1], [word(2, 3), word(2, 7), word(2, 8)]);
});

test('the circuit of reasons gets the blocks that each attribute at its baseline would lead to', () => {
  type Blocks = {
    words: bigint[][][];
    children: bigint[][][];
    detourWords: bigint[][][];
    detourChildren: bigint[][][];
  };
  const x = new Array<bigint>(32).fill(0n);
  const baseline = x.with(1, 75n).with(2, 1000n);
  const { reasons } = TREES_32X4;
  assert.equal(reasons.circuit, 'reasons-trees-32x4');
  const { detourWords, detourChildren, ...decided } = reasons.input(committed, x, baseline) as unknown as Blocks;
  assert.deepEqual(decided, TREES_32X4.decisionInput(committed, x));
  const block = (t: number, top: number): bigint[] => [top, 2 * top + 1, 2 * top + 2].map((node) => word(t, node));
  // 0 passes nodes 0, 1, 3, 7. From node 0 one goes to 2 (30), where 75 goes on to 6 (70) and 0 to 5; from node 1 to 4.
  assert.deepEqual(
    [0, 1, 2].map((t) => detourWords[t]),
    [
      [block(0, 5), block(0, 4)],
      [block(1, 6), block(1, 4)],
      [block(2, 6), block(2, 4)],
    ],
  );
  assert.ok(detourChildren[1]![0]!.includes(model.trees[1]!.leaves[14]!));
  // What the mask hides reads as zero in the baseline too.
  const hidden = { model: { ...model, readMask: model.readMask & ~6n }, modelSalt };
  const zero = reasons.input(hidden, x, baseline) as unknown as Blocks;
  assert.deepEqual(zero.detourWords[1]![0], block(1, 5));
});

test('any change of a parameter changes the commitment', () => {
  const [first, ...rest] = model.trees;
  const variants: readonly Partial<TreeModel>[] = [
    { schemaId: 6n },
    { trees: [{ ...first!, leaves: first!.leaves.with(15, 8n) }, ...rest] },
    { trees: [{ ...first!, nodes: first!.nodes.with(14, { slot: 1, threshold: 150n }) }, ...rest] },
    { trees: [{ ...first!, nodes: first!.nodes.with(0, { slot: 0, threshold: 11n }) }, ...rest] },
    { trees: [rest[0]!, first!, ...rest.slice(1)] },
    { bias: -4n },
    { cutoff: -17n },
    { gammaNum: model.gammaNum + 1n },
    { extra: 12n },
    { readMask: 1n },
  ];
  const commitments = variants.map((change) => modelCommitment({ model: { ...model, ...change }, modelSalt }));
  const salted = modelCommitment({ model, modelSalt: fr(78n) });
  assert.equal(new Set([modelCommitment(committed), salted, ...commitments]).size, variants.length + 2);
});

test('a model comes back from its sealed form with the same commitment', () => {
  const read = decodeModelOpening(encodeModelOpening(committed));
  assert.deepEqual(read, committed);
  assert.equal(modelCommitment(read), modelCommitment(committed));
});

test('a sealed form of another shape, or beyond its ranges, is refused', () => {
  const document = JSON.parse(new TextDecoder().decode(encodeModelOpening(committed)));
  const words = document.model.words as string[][];
  for (const change of [
    { family: 'trees-100x6' },
    { family: 'trees' },
    { words: words.slice(1) },
    { words: [words[0]!.slice(1), ...words.slice(1)] },
    { words: [[String(2n ** 45n), ...words[0]!.slice(1)], ...words.slice(1)] },
    { words: [['-1', ...words[0]!.slice(1)], ...words.slice(1)] },
    { readMask: String(2n ** 32n) },
    { leaves: [] },
  ]) {
    const bytes = new TextEncoder().encode(JSON.stringify({ ...document, model: { ...document.model, ...change } }));
    assert.throws(() => decodeModelOpening(bytes), StatementError);
  }
});

test('a model of a size that no circuit has is of no family', () => {
  assert.equal(familyOf(model).name, 'trees-32x4');
  assert.throws(() => familyOf({ ...model, shape: { trees: 33, depth: 4 } }), { code: 'out-of-range' });
});

test('a circuit proves its own family only', () => {
  assert.ok(provesFamily('decision', 'decision-trees-32x4', 2n));
  assert.ok(provesFamily('decision', 'decision-trees-100x6', 3n));
  for (const family of [2n, 3n]) assert.ok(provesFamily('conformance', 'conformance-trees', family));
  for (const [statement, circuit, family] of [
    ['decision', 'decision-trees-32x4', 3n],
    ['decision', 'decision-additive', 2n],
    ['conformance', 'conformance-additive', 2n],
    ['conformance', 'conformance-trees', 1n],
    ['conformance', 'decision-trees-32x4', 2n],
    ['decision', 'decision-trees-32x4', 0n],
  ] as const) {
    assert.ok(!provesFamily(statement, circuit, family));
  }
});
