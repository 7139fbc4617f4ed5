import { BAND_BITS } from './additive-model.ts';
import { gamma } from './lowering/rounding.ts';
import { ceil, mul, ratio } from './rational.ts';

/** How many trees a model has, and how many nodes the longest path of each passes. */
export interface TreeShape {
  readonly trees: number;
  readonly depth: number;
}

/** The shapes that have a circuit, the smaller one first. */
export const TREE_SHAPES: readonly TreeShape[] = [
  { trees: 32, depth: 4 },
  { trees: 100, depth: 6 },
];
/** `|leaf|` is below this. */
export const LEAF_LIMIT = 1n << 63n;
/** `|bias|` and `|cutoff|` are below this. */
export const TREE_SCORE_LIMIT = 1n << 80n;
/** `gammaNum` is below this. */
export const TREE_GAMMA_LIMIT = 1n << 40n;
/** `extra` is below this. */
export const TREE_EXTRA_LIMIT = 1n << 120n;

/** A test of one attribute: right where `x_slot >= threshold`, left otherwise; `0 <= threshold < 2^40`. */
export interface TreeNode {
  readonly slot: number;
  readonly threshold: bigint;
}

/**
 * A complete tree: `2^depth - 1` nodes in heap order (the children of node i are 2i + 1, left, and 2i + 2) and `2^depth` leaves from
 * left to right. Where the graph's tree ends earlier, nodes with threshold 0 (always right) lead to copies of its leaf.
 */
export interface DecisionTree {
  readonly nodes: readonly TreeNode[];
  readonly leaves: readonly bigint[];
}

/**
 * A model of the tree family in exact integers; docs/spec/band.md.
 *
 *     S = bias + sum_t v_t(x)          v_t(x) the leaf of tree t that x reaches
 *     approve iff S > cutoff           in band iff |S - cutoff| * 2^40 <= gammaNum * (|bias| + sum_t |v_t(x)|) + extra
 *
 * Leaves, bias and cutoff are the graph's own numbers times one factor; the sign is turned so that larger means approve.
 */
export interface TreeModel {
  readonly family: 'trees';
  readonly schemaId: bigint;
  readonly shape: TreeShape;
  /** Exactly `shape.trees`, each of `shape.depth`; those that the graph has not got have leaves of zero. */
  readonly trees: readonly DecisionTree[];
  readonly bias: bigint;
  readonly cutoff: bigint;
  /** At least {@link treeGammaMin}, so that any order of summation is covered. */
  readonly gammaNum: bigint;
  /** What the formula would miss, in units of 2^-40 of the score. */
  readonly extra: bigint;
  /** Bit j is set where the graph reads slot j, even on a branch that nobody takes. */
  readonly readMask: bigint;
}

/** What {@link evaluateTrees} finds for one applicant; units as for the additive family. */
export interface TreeEvaluation {
  readonly score: bigint;
  readonly band: bigint;
  readonly inBand: boolean;
  readonly approve: boolean;
}

/** `ceil(2^40 * gamma_(trees + 2))`: one rounding a tree in any order, one of the bias, one of an average. */
export function treeGammaMin({ trees }: TreeShape): bigint {
  return ceil(mul(gamma(trees + 2), ratio(1n << BAND_BITS)));
}

/**
 * Evaluates the model exactly as the decision circuit does.
 *
 * @param x 32 encoded attributes, each below 2^40 (what `encodeAttributes` gives)
 */
export function evaluateTrees(model: TreeModel, x: readonly bigint[]): TreeEvaluation {
  let score = model.bias;
  let moved = abs(model.bias);
  for (const tree of model.trees) {
    const leaf = tree.leaves[visitedLeaf(tree, x)]!;
    score += leaf;
    moved += abs(leaf);
  }
  const band = model.gammaNum * moved + model.extra;
  return { score, band, inBand: abs(score - model.cutoff) << BAND_BITS <= band, approve: score > model.cutoff };
}

/** Index of the leaf that an applicant reaches, from the left. */
export function visitedLeaf({ nodes }: DecisionTree, x: readonly bigint[]): number {
  let at = 0;
  for (let node = nodes[0]; node !== undefined; node = nodes[at]) {
    at = 2 * at + (x[node.slot]! >= node.threshold ? 2 : 1);
  }
  return at - nodes.length;
}

function abs(value: bigint): bigint {
  return value < 0n ? -value : value;
}
