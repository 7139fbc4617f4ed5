import type { Schema } from '@assay/schema';
import { ModelError } from '../error.ts';
import { FLOAT32_MAX } from '../float32.ts';
import type { Graph, GraphNode } from '../onnx/read-model.ts';
import { readTensor } from '../onnx/tensor.ts';
import { add, compare, ratio } from '../rational.ts';
import { addOperator, divOperator, mulOperator, negOperator, scaler, subOperator } from './arithmetic-operators.ts';
import { batchNormalization } from './batch-normalization.ts';
import { supremum } from './bound.ts';
import { binarizer, cast, comparison, equalOperator } from './discrete-operators.ts';
import { labelEncoder, oneHotEncoder } from './encoder-operators.ts';
import { readInputs } from './graph-inputs.ts';
import { gemm, linearClassifier, linearRegressor, matMul } from './linear-operators.ts';
import { type HiddenLayer, HiddenLayers } from './network-layers.ts';
import { onlyAfterVerdict, passVerdict, scoreVerdict, sigmoid, softmax } from './post-transform.ts';
import { clip, imputer } from './range-operators.ts';
import { argMax, logical, notOperator, whereOperator } from './selection-operators.ts';
import { concat, extractColumns, flatten, gather, reshape, squeeze, unsqueeze } from './shape-operators.ts';
import { treeEnsemble, treeEnsembleClassifier, treeEnsembleRegressor } from './tree-operators.ts';
import { Operation, type Value, type Verdict } from './value.ts';

type Lowering = (op: Operation, hidden: HiddenLayers) => Value | readonly Value[];

const same: Lowering = (op) => op.inputs[0] ?? op.row(0);
const orPass =
  (lowering: Lowering): Lowering =>
  (op, hidden) =>
    passVerdict(op) ?? lowering(op, hidden);

/** Every operator that lowers, by name. What is not here is refused. */
const OPERATORS: ReadonlyMap<string, Lowering> = new Map<string, Lowering>([
  ['Add', addOperator],
  ['And', (op) => logical(op, (a, b) => a && b)],
  ['ArgMax', argMax],
  ['BatchNormalization', batchNormalization],
  ['Cast', cast],
  ['Clip', clip],
  ['Concat', concat],
  ['Constant', (op) => constantNode(op)],
  ['Div', divOperator],
  ['Equal', equalOperator],
  ['Flatten', orPass(flatten)],
  ['Gather', gather],
  ['Gemm', gemm],
  ['Greater', (op) => comparison(op, (a, b) => a > b)],
  ['GreaterOrEqual', (op) => comparison(op, (a, b) => a >= b)],
  ['Identity', same],
  ['Less', (op) => comparison(op, (a, b) => a < b)],
  ['LessOrEqual', (op) => comparison(op, (a, b) => a <= b)],
  ['MatMul', matMul],
  ['Mul', mulOperator],
  ['Neg', negOperator],
  ['Not', notOperator],
  ['Or', (op) => logical(op, (a, b) => a || b)],
  ['Relu', (op, hidden) => hidden.relu(op)],
  ['Reshape', orPass(reshape)],
  ['Sigmoid', sigmoid],
  ['Softmax', softmax],
  ['Squeeze', orPass(squeeze)],
  ['Sub', subOperator],
  ['Unsqueeze', orPass(unsqueeze)],
  ['Where', whereOperator],
  ['Xor', (op) => logical(op, (a, b) => a !== b)],
  ['ai.onnx.ml.ArrayFeatureExtractor', extractColumns],
  ['ai.onnx.ml.Binarizer', binarizer],
  ['ai.onnx.ml.Imputer', imputer],
  ['ai.onnx.ml.LabelEncoder', labelEncoder],
  ['ai.onnx.ml.LinearClassifier', linearClassifier],
  ['ai.onnx.ml.LinearRegressor', linearRegressor],
  ['ai.onnx.ml.Normalizer', onlyAfterVerdict],
  ['ai.onnx.ml.OneHotEncoder', oneHotEncoder],
  ['ai.onnx.ml.Scaler', scaler],
  ['ai.onnx.ml.TreeEnsemble', treeEnsemble],
  ['ai.onnx.ml.TreeEnsembleClassifier', treeEnsembleClassifier],
  ['ai.onnx.ml.TreeEnsembleRegressor', treeEnsembleRegressor],
  ['ai.onnx.ml.ZipMap', onlyAfterVerdict],
]);

/** What running a graph on symbols gives. */
export interface GraphRun {
  readonly verdict: Verdict;
  /** The ReLU layers on the way. */
  readonly hidden: readonly HiddenLayer[];
  /** Slots that the operators take in, whether the score comes of them or not (32 bits). */
  readonly touches: bigint;
}

/**
 * Runs a graph on symbols instead of numbers, up to the raw scores it decides on.
 *
 * @param names attributes in the order of the graph's columns; by default the inputs' own names
 * @throws ModelError naming operator, node and reason for everything that does not lower
 */
export function runGraph(graph: Graph, schema: Schema, names: readonly string[] | undefined): GraphRun {
  const hidden = new HiddenLayers((slot) => schema.bySlot.get(slot)!.maxEncoded);
  const values = new Map<string, Value>(readInputs(graph, schema, names));
  for (const [name, tensor] of graph.constants) values.set(name, { kind: 'constant', tensor });
  let touches = 0n;
  for (const node of graph.nodes) {
    for (const name of node.inputs) touches |= readsOf(values.get(name));
    runNode(node, values, hidden);
  }
  return { verdict: verdictOf(graph, values), hidden: hidden.layers, touches };
}

function readsOf(value: Value | undefined): bigint {
  return value?.kind === 'row' ? value.elements.reduce((mask, { reads }) => mask | reads, 0n) : 0n;
}

function runNode(node: GraphNode, values: Map<string, Value>, hidden: HiddenLayers): void {
  const inputs = node.inputs.map((name) => (name === '' ? undefined : values.get(name)));
  const op = new Operation(node, inputs);
  const lowering = OPERATORS.get(node.operator);
  if (lowering === undefined) {
    throw new ModelError('unsupported_operator', 'no lowering for this operator', {
      operator: node.operator,
      node: node.name,
    });
  }
  if (node.inputs.some((name, i) => name !== '' && inputs[i] === undefined))
    throw op.refuse('reads a tensor that no earlier node gives', 'malformed');
  const results = [lowering(op, hidden)].flat();
  for (const [i, name] of node.outputs.entries()) {
    const value = results[i];
    if (name === '') continue;
    if (value === undefined) throw op.refuse('has more outputs than its lowering gives');
    checkOverflow(op, value, hidden);
    values.set(name, value);
  }
}

/** Within the declared ranges no float value, and no partial sum, may leave binary32. */
function checkOverflow(op: Operation, value: Value, { maximum }: HiddenLayers): void {
  const elements = value.kind === 'row' ? value.elements : value.kind === 'verdict' ? value.verdict.scores : [];
  for (const { size, error } of elements) {
    if (compare(add(supremum(size, maximum), supremum(error, maximum)), ratio(FLOAT32_MAX)) > 0n) {
      throw new ModelError('overflow', 'may overflow binary32 within the declared ranges', {
        operator: op.node.operator,
        node: op.node.name,
      });
    }
  }
}

function constantNode(op: Operation): Value {
  const tensor = op.node.attributes.get('value')?.t;
  if (tensor === undefined) throw op.refuse('is not given as a tensor');
  return { kind: 'constant', tensor: readTensor(tensor) };
}

/** The one verdict that every output of the graph comes from. */
function verdictOf(graph: Graph, values: ReadonlyMap<string, Value>): Verdict {
  const verdicts = graph.outputs.map((name): Verdict => {
    const value = values.get(name);
    if (value?.kind === 'verdict') return value.verdict;
    if (value?.kind !== 'row' || value.type !== 'float')
      throw new ModelError('not_additive', `graph output ${name} is not a decision`);
    if (value.elements.length === 1) return scoreVerdict(value, name, 'none');
    if (value.elements.length === 2) return scoreVerdict(value, name, 'softmax');
    throw new ModelError('not_additive', `graph output ${name} has ${value.elements.length} scores`);
  });
  const [verdict] = verdicts;
  if (verdict === undefined) throw new ModelError('malformed', 'the graph has no output');
  if (verdicts.some((other) => other !== verdict))
    throw new ModelError('not_additive', 'the outputs of the graph come from different scores');
  return verdict;
}
