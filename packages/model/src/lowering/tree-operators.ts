import { exact, type Rational, ratio, ZERO } from '../rational.ts';
import { addBounds, freeBound, NO_BOUND, scaleBound } from './bound.ts';
import { type Branching, type SourceBranch, type SourceNode, takeApart } from './branching.ts';
import { type Condition, conditionOf, eitherOf } from './condition.ts';
import type { Element } from './element.ts';
import type { EnsembleBranch, EnsembleNode, EnsembleTree } from './ensemble.ts';
import { constantForm, scaleForm } from './form.ts';
import { piecesElement, piecesOf } from './pieces.ts';
import { readEnsemble } from './read-ensemble.ts';
import { readEnsembleV5 } from './read-ensemble-v5.ts';
import { gamma, TINY } from './rounding.ts';
import { type AfterVerdict, type Link, type Operation, type Row, row, type Value } from './value.ts';

/** TreeEnsembleRegressor (ai.onnx.ml 1 to 4): the sum or average of the leaves reached, for each target. */
export function treeEnsembleRegressor(op: Operation): Value {
  const transform = op.text('post_transform', 'NONE');
  // Runtimes differ here: some leave the transform out where there is one target.
  if (transform !== 'NONE') throw op.refuse(`post-transform ${transform} of a regressor`);
  const aggregate = op.text('aggregate_function', 'SUM');
  const targets = op.integer('n_targets', 1);
  return ensembleRow(op, readEnsemble(op, 'target'), targets, aggregate, op.floats('base_values'));
}

const AGGREGATES = ['AVERAGE', 'SUM', 'MIN', 'MAX'];

/** TreeEnsemble (ai.onnx.ml 5). */
export function treeEnsemble(op: Operation): Value {
  if (op.integer('post_transform', 0) !== 0) throw op.refuse('has a post-transform');
  const aggregate = AGGREGATES[op.integer('aggregate_function', 1)] ?? 'unknown';
  return ensembleRow(op, readEnsembleV5(op), op.integer('n_targets', 1), aggregate, []);
}

const LINKS = new Map<string, Link>([
  ['NONE', 'none'],
  ['LOGISTIC', 'logistic'],
  ['SOFTMAX', 'softmax'],
]);

/**
 * TreeEnsembleClassifier (ai.onnx.ml 1 to 4) between two classes. Its post-transform is cut off. Votes for one class alone are the
 * score of the second class, as all exporters and runtimes take them.
 */
export function treeEnsembleClassifier(op: Operation): [AfterVerdict, AfterVerdict] {
  const labels = [...op.integers('classlabels_int64s').map(String), ...op.texts('classlabels_strings')];
  const [first, second, third] = labels;
  if (first === undefined || second === undefined || third !== undefined)
    throw op.refuse('does not decide between two classes', 'not_additive');
  const trees = readEnsemble(op, 'class');
  const transform = op.text('post_transform', 'NONE');
  const link = LINKS.get(transform);
  if (link === undefined) throw op.refuse(`post-transform ${transform}`);
  const [labelTensor, scoreTensor] = op.node.outputs;
  if (labelTensor === undefined || scoreTensor === undefined)
    throw op.refuse('does not give label and scores', 'malformed');
  const ids = new Set(op.integers('class_ids'));
  const { elements: scores } =
    ids.size === 1 ? oneSided(op, trees, link) : ensembleRow(op, trees, 2, 'SUM', bothBases(op));
  const verdict = {
    scores,
    labels: [first, second] as const,
    link: ids.size === 1 ? oneSidedLink(op, link) : bothSidedLink(op, link),
    node: op.node,
    scoreTensor,
    // With votes for both classes runtimes differ in the label: only the scores are compared.
    labelTensor: ids.size === 1 ? labelTensor : undefined,
  };
  return [
    { kind: 'verdict', verdict },
    { kind: 'verdict', verdict },
  ];
}

function oneSided(op: Operation, trees: readonly EnsembleTree[], link: Link): Row {
  if (link === 'softmax') throw op.refuse('takes a softmax of votes for one class');
  const bases = op.floats('base_values');
  if (bases.length > 1) throw op.refuse('has base values for two classes and votes for one');
  const single = trees.map(({ root, leaves }) => ({
    root,
    leaves: leaves.map((votes) => votes.map(({ weight }) => ({ target: 0, weight }))),
  }));
  return ensembleRow(op, single, 1, 'SUM', bases);
}

/** Votes that are all positive are probabilities to a runtime, and the label then turns at one half, not at zero. */
function oneSidedLink(op: Operation, link: Link): Link {
  if (op.floats('class_weights').some((weight) => weight < 0)) return link;
  if (link === 'none') return 'probability';
  throw op.refuse('has no negative vote before a logistic: runtimes take its scores for probabilities');
}

function bothSidedLink(op: Operation, link: Link): Link {
  const positive = op.floats('class_weights').every((weight) => weight >= 0);
  return link === 'none' && positive ? 'probability' : link;
}

function bothBases(op: Operation): readonly number[] {
  const bases = op.floats('base_values');
  // Runtimes use one of two base values, or neither.
  if (bases.some((base) => base !== 0)) throw op.refuse('has base values and votes for both classes');
  return [];
}

/** One element a target: the sum (or average) of the leaves reached and of the base value, in any order. */
function ensembleRow(
  op: Operation,
  trees: readonly EnsembleTree[],
  targets: number,
  aggregate: string,
  bases: readonly number[],
): Row {
  if (aggregate !== 'SUM' && aggregate !== 'AVERAGE')
    throw op.refuse(`aggregates by ${aggregate}, which is no sum of leaves`);
  if (bases.length > 0 && bases.length !== targets) throw op.refuse('has another number of base values than targets');
  const source = op.row(0, 'float', 'int');
  const branchings = readBranchings(op, source, trees);
  const elements = Array.from({ length: targets }, (_, target): Element => {
    const base = exact(bases[target] ?? 0);
    const share = aggregate === 'AVERAGE' ? ratio(1n, BigInt(trees.length)) : ratio(1n);
    const leaves = new Map<Branching, readonly Rational[]>();
    for (const [i, branching] of branchings.branchings.entries()) {
      const votes = trees[i]!.leaves.map((leaf) => leaf.find((vote) => vote.target === target)?.weight ?? 0);
      if (votes.some((vote) => vote !== 0)) leaves.set(branching, votes.map(exact));
    }
    const sum = scaleForm({ ...constantForm(ZERO), trees: leaves }, share);
    const form = { ...sum, constant: base };
    const magnitudes = new Map([...sum.trees].map(([branching, values]) => [branching, values.map(magnitude)]));
    const size = addBounds(freeBound(magnitude(base)), { ...NO_BOUND, trees: magnitudes });
    // One addition a tree, in any order, the base value's, and the division of an average.
    const roundings = trees.length + (aggregate === 'AVERAGE' ? 2 : 1);
    const error =
      trees.length === 1 && base.num === 0n
        ? NO_BOUND
        : addBounds(scaleBound(size, gamma(roundings)), freeBound(aggregate === 'AVERAGE' ? TINY : ZERO));
    const element = { form, size, error, reads: branchings.reads, chain: undefined };
    // One tree on one attribute is a table of bins, and adds to weights where trees do not.
    const pieces = piecesOf(element);
    return pieces === undefined ? element : piecesElement(pieces, element.reads);
  });
  if (
    trees.some(({ leaves }) => leaves.some((votes) => votes.some(({ target }) => !(target >= 0 && target < targets))))
  )
    throw op.refuse('votes for a target that is not there', 'malformed');
  return row('float', [targets], elements);
}

function magnitude({ num, den }: Rational): Rational {
  return { num: num < 0n ? -num : num, den };
}

/** The trees' tests in exact thresholds, and every slot that a node names, whether its branch is ever taken or not. */
function readBranchings(
  op: Operation,
  source: Row,
  trees: readonly EnsembleTree[],
): { branchings: Branching[]; reads: bigint } {
  if (source.shape.length !== 1) throw op.refuse('reads a tensor that is not a batch of vectors');
  const conditions = new Map<string, Condition>();
  const ends = new Map<number, bigint>();
  let reads = 0n;
  const conditionAt = (column: number, comparison: Parameters<typeof conditionOf>[2], key: string): Condition => {
    const element = source.elements[column];
    if (element === undefined) throw op.refuse('tests a column that is not there', 'malformed');
    reads |= element.reads;
    const known = conditions.get(`${column} ${key}`);
    if (known !== undefined) return known;
    const condition = conditionOf(op, element, comparison);
    conditions.set(`${column} ${key}`, condition);
    return condition;
  };
  const understood = new Map<EnsembleBranch, SourceBranch>();
  const understand = (branch: EnsembleBranch): SourceBranch => {
    if (typeof branch === 'number') return branch;
    const source = understood.get(branch) ?? merged(understandNode(branch));
    understood.set(branch, source);
    return source;
  };
  const understandNode = ({ column, comparison, key, whenTrue, whenFalse }: EnsembleNode): SourceNode => {
    const condition = conditionAt(column, comparison, key);
    return { condition, whenTrue: understand(whenTrue), whenFalse: understand(whenFalse) };
  };
  for (const { chain } of source.elements)
    if (chain !== undefined) ends.set(chain.attribute.slot, chain.attribute.maxEncoded + 1n);
  const branchings = trees.map(({ root, leaves }, tree): Branching => {
    const apart = takeApart(understand(root), (slot) => ends.get(slot) ?? END);
    if (apart === undefined) throw op.refuse(`tree ${tree} takes too many tests to follow`, 'too_large');
    return { root: apart, leaves: leaves.length, tree };
  });
  return { branchings, reads };
}

/** A node whose other side tests the same attribute and leads to the same branch, as one: a set of categories tested one by one. */
function merged(node: SourceNode): SourceNode {
  const { condition, whenTrue, whenFalse } = node;
  if (typeof whenFalse === 'number' || whenFalse.whenTrue !== whenTrue) return node;
  if (whenFalse.condition.slot !== condition.slot) return node;
  return { condition: eitherOf(condition, whenFalse.condition), whenTrue, whenFalse: whenFalse.whenFalse };
}

/** One above every encoded attribute. */
const END = 1n << 40n;
