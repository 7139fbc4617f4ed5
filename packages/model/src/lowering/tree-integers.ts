import { type Schema, SLOTS } from '@assay/schema';
import { BAND_BITS } from '../additive-model.ts';
import { ModelError } from '../error.ts';
import { abs, add, bitLength, ceil, compare, mul, type Rational, ratio, ZERO } from '../rational.ts';
import {
  type DecisionTree,
  LEAF_LIMIT,
  TREE_EXTRA_LIMIT,
  TREE_GAMMA_LIMIT,
  TREE_SCORE_LIMIT,
  TREE_SHAPES,
  type TreeModel,
  type TreeNode,
  type TreeShape,
  treeGammaMin,
} from '../tree-model.ts';
import { largest, supremum } from './bound.ts';
import type { Branch } from './branching.ts';
import { readStepKey } from './form.ts';
import { chooseScale, Grid, type Ranged, type Scale } from './grid.ts';
import type { Score } from './score.ts';

/** Errors relative to a leaf above this are charged whatever leaf is reached, instead of by gamma. */
const STEEPEST: Rational = ratio(1n, 1n << 12n);

/** A test, or what a leaf holds. */
type IntegerBranch = IntegerTest | bigint;
interface IntegerTest extends TreeNode {
  readonly below: IntegerBranch;
  readonly above: IntegerBranch;
}

/** What came of a sum of trees. */
export interface LoweredTrees {
  readonly model: TreeModel;
  readonly scale: Scale;
  /** Trees of one leaf, which became part of the bias. */
  readonly constantTrees: number;
}

/**
 * Multiplies a score of trees (and of steps, which become one tree an attribute) through by one factor, completes its trees to the
 * smallest shape that holds them and derives the band; docs/spec/band.md has the proof.
 *
 * @throws ModelError `too_large` naming the tree that does not fit, `out_of_range`
 */
export function treeModel(score: Score, schema: Schema): LoweredTrees {
  const scale = chooseScale(numbersOf(score, schema));
  const grid = new Grid(scale);
  const named = [...score.form.trees].map(([{ root, tree }, leaves]) => {
    const values = leaves.map((leaf) => grid.snap(leaf));
    return { name: `tree ${tree}`, root: withLeaves(root, values) };
  });
  const stepped = stepTrees(score, grid, schema);
  let bias = grid.snap(score.form.constant);
  const exact = grid.roundings === 0;
  const cutoff = grid.snap(score.cutoff);
  const all = [...named, ...stepped];
  for (const { root } of all) if (typeof root === 'bigint') bias += root;
  const branching = all.filter((tree) => typeof tree.root !== 'bigint');
  const shape = shapeFor(branching);
  const readSlots = Array.from({ length: SLOTS }, (_, slot) => slot).filter(
    (slot) => ((score.reads >> BigInt(slot)) & 1n) === 1n,
  );
  const trees = Array.from({ length: shape.trees }, (_, i) =>
    complete(branching[i]?.root ?? 0n, shape.depth, readSlots[0] ?? 0),
  );
  const band = deriveBand(score, schema, grid, shape, bias);
  const model: TreeModel = {
    family: 'trees',
    schemaId: schema.id,
    shape,
    trees,
    bias,
    cutoff,
    ...band,
    readMask: score.reads,
  };
  checkRanges(model);
  return { model, scale: { ...scale, exact }, constantTrees: all.length - branching.length };
}

function numbersOf({ form, cutoff, error }: Score, schema: Schema): Ranged[] {
  const leaves = [...form.trees.values()].flat().map((value) => ({ value, limit: LEAF_LIMIT }));
  // Steps of one attribute add up to leaves.
  const steps = [...form.steps.values()];
  const stepped = steps.map((value) => ({ value, limit: LEAF_LIMIT / BigInt(2 * steps.length) }));
  const levels = [form.constant, cutoff].map((value) => ({ value, limit: TREE_SCORE_LIMIT }));
  const most = supremum(error, (slot) => schema.bySlot.get(slot)!.maxEncoded);
  return [...leaves, ...stepped, ...levels, { value: most, limit: TREE_EXTRA_LIMIT >> BAND_BITS, bound: true }];
}

/** The tree with its leaves' values; a test both of whose sides hold the same is left out. */
function withLeaves(branch: Branch, values: readonly bigint[]): IntegerBranch {
  if (typeof branch === 'number') return values[branch]!;
  const { slot, threshold } = branch;
  const [below, above] = [withLeaves(branch.below, values), withLeaves(branch.above, values)];
  return typeof below === 'bigint' && below === above ? below : { slot, threshold, below, above };
}

/** The steps of each attribute as one balanced tree whose leaves are their sums so far. */
function stepTrees(score: Score, grid: Grid, schema: Schema): { name: string; root: IntegerBranch }[] {
  const bySlot = new Map<number, { threshold: bigint; u: bigint }[]>();
  for (const [key, u] of score.form.steps) {
    const { slot, threshold } = readStepKey(key);
    bySlot.set(slot, [...(bySlot.get(slot) ?? []), { threshold, u: grid.snap(u) }]);
  }
  return [...bySlot].map(([slot, steps]) => {
    steps.sort((a, b) => (a.threshold < b.threshold ? -1 : 1));
    const sums = [0n];
    for (const { u } of steps) sums.push(sums.at(-1)! + u);
    const between = (from: number, to: number): IntegerBranch => {
      if (from === to) return sums[from]!;
      const middle = (from + to) >> 1;
      const { threshold } = steps[middle]!;
      return { slot, threshold, below: between(from, middle), above: between(middle + 1, to) };
    };
    return { name: `the steps of ${schema.bySlot.get(slot)!.name}`, root: between(0, steps.length) };
  });
}

function depthOf(branch: IntegerBranch): number {
  return typeof branch === 'bigint' ? 0 : 1 + Math.max(depthOf(branch.below), depthOf(branch.above));
}

function shapeFor(trees: readonly { name: string; root: IntegerBranch }[]): TreeShape {
  const depths = trees.map(({ root }) => depthOf(root));
  const deepest = Math.max(0, ...depths);
  const shape = TREE_SHAPES.find((candidate) => candidate.trees >= trees.length && candidate.depth >= deepest);
  if (shape !== undefined) return shape;
  const most = TREE_SHAPES.at(-1)!;
  const limit = `the largest shape has ${most.trees} trees of depth ${most.depth}`;
  if (trees.length > most.trees) throw new ModelError('too_large', `has ${trees.length} trees: ${limit}`);
  throw new ModelError('too_large', `${trees[depths.indexOf(deepest)]!.name} has depth ${deepest}: ${limit}`);
}

/** Brings a tree to its full depth: above a leaf that ends early stand tests that always go right. */
function complete(root: IntegerBranch, depth: number, padding: number): DecisionTree {
  let level: IntegerBranch[] = [root];
  const nodes: TreeNode[] = [];
  for (let i = 0; i < depth; i++) {
    nodes.push(
      ...level.map((branch) =>
        typeof branch === 'bigint'
          ? { slot: padding, threshold: 0n }
          : { slot: branch.slot, threshold: branch.threshold },
      ),
    );
    level = level.flatMap((branch) => (typeof branch === 'bigint' ? [branch, branch] : [branch.below, branch.above]));
  }
  return { nodes, leaves: level.map((branch) => (typeof branch === 'bigint' ? branch : 0n)) };
}

/** gammaNum and extra such that the circuit's band is never below the error bound, in units of 2^-40 of the integer score. */
function deriveBand(score: Score, schema: Schema, grid: Grid, shape: TreeShape, bias: bigint) {
  const { form, error, cutoff, cutoffError } = score;
  const unit = mul(grid.factor, ratio(1n << BAND_BITS));
  const half = ratio(1n << (BAND_BITS - 1n));
  const rounded = [form.constant, cutoff, ...form.steps.values()].filter((value) => !grid.holds(value)).length;
  const roundedTrees = [...form.trees.values()].filter((leaves) => !leaves.every((leaf) => grid.holds(leaf))).length;
  // What depends on the applicant otherwise than by leaves is charged in full.
  const apart = supremum({ ...error, trees: new Map() }, (slot) => schema.bySlot.get(slot)!.maxEncoded);
  let free = add(mul(add(apart, cutoffError), unit), mul(half, ratio(BigInt(rounded + roundedTrees))));

  let gammaNum = treeGammaMin(shape);
  for (const [branching, errors] of error.trees) {
    const leaves = form.trees.get(branching);
    const steep: Rational[] = [];
    for (const [i, leafError] of errors.entries()) {
      const leaf = abs(leaves?.[i] ?? ZERO);
      if (compare(leafError, mul(STEEPEST, leaf)) > 0n) steep.push(leafError);
      else if (leaf.num !== 0n) {
        const needed = ceil(mul(mul(leafError, ratio(leaf.den, leaf.num)), ratio(1n << BAND_BITS)));
        if (needed > gammaNum) gammaNum = needed;
      }
    }
    // A tree of one leaf is part of the bias, whose magnitude says nothing of it.
    const charged = typeof branching.root === 'number' ? errors : steep;
    free = add(free, mul(largest(charged), unit));
  }
  // A leaf rounded towards zero takes up to half of gammaNum out of the formula.
  const shortfall = (gammaNum * BigInt(roundedTrees) + 1n) / 2n;
  const rest = ceil(free) + shortfall - gammaNum * magnitude(bias);
  return { gammaNum, extra: rest > 0n ? rest : 0n };
}

function checkRanges(model: TreeModel): void {
  const within = (name: string, value: bigint, limit: bigint) => {
    if (magnitude(value) >= limit)
      throw new ModelError('out_of_range', `${name} passes the circuit's range of ${bitLength(limit) - 1n} bits`);
  };
  for (const { leaves } of model.trees) for (const leaf of leaves) within('a leaf', leaf, LEAF_LIMIT);
  within('the bias', model.bias, TREE_SCORE_LIMIT);
  within('the cutoff', model.cutoff, TREE_SCORE_LIMIT);
  within('gamma', model.gammaNum, TREE_GAMMA_LIMIT);
  within('the band', model.extra, TREE_EXTRA_LIMIT);
}

function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value;
}
