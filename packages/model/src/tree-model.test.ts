import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { BAND_BITS } from './additive-model.ts';
import { evaluateModel } from './model.ts';
import {
  type DecisionTree,
  evaluateTrees,
  TREE_SHAPES,
  type TreeModel,
  treeGammaMin,
  visitedLeaf,
} from './tree-model.ts';

const SLOT_COUNT = 32;

const attribute = fc.bigInt({ min: 0n, max: 20n });
const row = fc.array(attribute, { minLength: SLOT_COUNT, maxLength: SLOT_COUNT });

function tree(depth: number): fc.Arbitrary<DecisionTree> {
  const node = fc.record({ slot: fc.nat(SLOT_COUNT - 1), threshold: attribute });
  const leaf = fc.bigInt({ min: -1000n, max: 1000n });
  return fc.record({
    nodes: fc.array(node, { minLength: 2 ** depth - 1, maxLength: 2 ** depth - 1 }),
    leaves: fc.array(leaf, { minLength: 2 ** depth, maxLength: 2 ** depth }),
  });
}

const model: fc.Arbitrary<TreeModel> = fc.array(tree(3), { minLength: 4, maxLength: 4 }).chain((trees) =>
  fc.record({
    family: fc.constant('trees' as const),
    schemaId: fc.constant(1n),
    shape: fc.constant({ trees: 4, depth: 3 }),
    trees: fc.constant(trees),
    bias: fc.bigInt({ min: -500n, max: 500n }),
    cutoff: fc.bigInt({ min: -500n, max: 500n }),
    gammaNum: fc.bigInt({ min: 0n, max: 1n << 39n }),
    extra: fc.bigInt({ min: 0n, max: 1n << 45n }),
    readMask: fc.constant(0xffff_ffffn),
  }),
);

/** The leaf by recursion over halves, apart from any index arithmetic on the heap. */
function leafBySplitting({ nodes, leaves }: DecisionTree, x: readonly bigint[]): bigint {
  if (leaves.length === 1) return leaves[0]!;
  const half = leaves.length / 2;
  const right = x[nodes[0]!.slot]! >= nodes[0]!.threshold;
  const below: DecisionTree['nodes'][number][] = [];
  for (let level = 1; 2 ** level - 1 < nodes.length; level++) {
    const from = 2 ** level - 1 + (right ? 2 ** (level - 1) : 0);
    below.push(...nodes.slice(from, from + 2 ** (level - 1)));
  }
  return leafBySplitting({ nodes: below, leaves: right ? leaves.slice(half) : leaves.slice(0, half) }, x);
}

test('an applicant reaches the leaf that the tests of the path lead to', () => {
  fc.assert(
    fc.property(tree(4), row, (one, x) => {
      assert.equal(one.leaves[visitedLeaf(one, x)], leafBySplitting(one, x));
    }),
  );
});

test('a test is passed at its threshold and not below', () => {
  const one = { nodes: [{ slot: 3, threshold: 7n }], leaves: [10n, 20n] };
  const at = (value: bigint) => visitedLeaf(one, new Array<bigint>(SLOT_COUNT).fill(0n).with(3, value));
  assert.deepEqual([at(6n), at(7n), at(8n)], [0, 1, 1]);
});

test('score and band follow the formula', () => {
  fc.assert(
    fc.property(model, row, (trees, x) => {
      const visited = trees.trees.map((one) => leafBySplitting(one, x));
      const score = visited.reduce((sum, leaf) => sum + leaf, trees.bias);
      const magnitude = (value: bigint) => (value < 0n ? -value : value);
      const moved = visited.reduce((sum, leaf) => sum + magnitude(leaf), magnitude(trees.bias));
      const band = trees.gammaNum * moved + trees.extra;
      assert.deepEqual(evaluateTrees(trees, x), {
        score,
        band,
        inBand: magnitude(score - trees.cutoff) * 2n ** BAND_BITS <= band,
        approve: score > trees.cutoff,
      });
      assert.deepEqual(evaluateModel(trees, x), evaluateTrees(trees, x));
    }),
  );
});

test('the smallest gamma covers a rounding a tree and two more', () => {
  const unit = 1n << 24n;
  for (const shape of TREE_SHAPES) {
    const n = BigInt(shape.trees + 2);
    const least = treeGammaMin(shape);
    assert.ok(least * (unit - n) >= n << BAND_BITS);
    assert.ok((least - 1n) * (unit - n) < n << BAND_BITS);
  }
});
