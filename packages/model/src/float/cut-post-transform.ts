import type { Verdict } from '../lowering/value.ts';
import { type AttributeProto, ModelProto, type NodeProto, type ValueInfoProto } from '../onnx/gen/onnx.ts';
import { ELEMENT } from '../onnx/tensor.ts';

/**
 * The model file with its post-transform cut off: outputs are the raw scores and, where the graph gives one, its own label;
 * nodes that neither needs are dropped. Beside a classifier of trees stands a regressor with the same trees, for runtimes write the
 * scores of the classifier in other ways besides.
 */
export function cutPostTransform(proto: ModelProto, verdict: Verdict): Uint8Array {
  const graph = proto.graph!;
  const outputs = [verdict.scoreTensor, ...(verdict.labelTensor === undefined ? [] : [verdict.labelTensor])];
  const classifier = verdict.labelTensor === undefined ? undefined : verdict.scoreTensor;
  const nodes = graph.node.flatMap((node) => {
    if (node.opType === 'TreeEnsembleClassifier' && node.output.includes(verdict.scoreTensor))
      return asRegressor(node, verdict.scores.length);
    return classifier !== undefined && node.output.includes(classifier) ? withoutTransform(node) : node;
  });
  const labelType =
    /^[0-9-]+$/.test(verdict.labels.join('')) && !namesText(graph.node, verdict) ? ELEMENT.INT64 : ELEMENT.STRING;
  return ModelProto.encode({
    ...proto,
    graph: {
      ...graph,
      node: ancestors(nodes, outputs),
      output: outputs.map((name, i) => output(name, i === 0 ? ELEMENT.FLOAT : labelType)),
    },
  }).finish();
}

function withoutTransform(node: NodeProto): NodeProto {
  return { ...node, attribute: node.attribute.filter(({ name }) => name !== 'post_transform') };
}

/** The classifier, its scores under another name, and a regressor that gives the sums of its votes. */
function asRegressor(node: NodeProto, targets: number): NodeProto[] {
  const [label = '', scores = ''] = node.output;
  const votes = node.attribute
    .filter(({ name }) => name.startsWith('class_'))
    .map((attribute) => {
      const name = attribute.name.replace('class_', 'target_');
      return name === 'target_ids' && targets === 1
        ? { ...attribute, name, ints: attribute.ints.map(() => 0n) }
        : { ...attribute, name };
    });
  const shared = node.attribute.filter(({ name }) => name.startsWith('nodes_') || name === 'base_values');
  const count: AttributeProto = { ...node.attribute[0]!, ...EMPTY, name: 'n_targets', type: 2, i: BigInt(targets) };
  return [
    { ...node, output: [label, `${scores}/own`] },
    {
      ...node,
      name: `${node.name}/votes`,
      opType: 'TreeEnsembleRegressor',
      output: [scores],
      attribute: [...shared, ...votes, count],
    },
  ];
}

const EMPTY = { f: 0, s: new Uint8Array(), floats: [], ints: [], strings: [] };

function namesText(nodes: readonly NodeProto[], verdict: Verdict): boolean {
  const node = nodes.find(({ output }) => output.includes(verdict.scoreTensor));
  return node?.attribute.some(({ name }) => name === 'classlabels_strings') ?? false;
}

/** Nodes on which the given tensors depend, in their old order. */
function ancestors(nodes: readonly NodeProto[], tensors: readonly string[]): NodeProto[] {
  const needed = new Set(tensors);
  const kept = nodes.toReversed().filter((node) => {
    if (!node.output.some((name) => needed.has(name))) return false;
    for (const name of node.input) needed.add(name);
    return true;
  });
  return kept.reverse();
}

function output(name: string, elemType: number): ValueInfoProto {
  return { name, type: { tensorType: { elemType, shape: undefined } } };
}
