import { ModelError } from '../error.ts';
import { type AttributeProto, ModelProto, type NodeProto, type ValueInfoProto } from './gen/onnx.ts';
import { readTensor, type Tensor } from './tensor.ts';

/** Operator domains that lowering knows; the empty one is the standard's own. */
const DOMAINS = new Set(['', 'ai.onnx', 'ai.onnx.ml']);

/** One operation of a graph. */
export interface GraphNode {
  readonly operator: string;
  readonly name: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, AttributeProto>;
}

/** A declared input: element type and dimensions as the standard numbers them, 0 for a dimension that is open. */
export interface GraphInput {
  readonly name: string;
  readonly elementType: number;
  readonly dims: readonly number[];
}

/** A checked graph: nodes in topological order, as the standard prescribes, and no more than plain tensors. */
export interface Graph {
  readonly proto: ModelProto;
  readonly nodes: readonly GraphNode[];
  readonly constants: ReadonlyMap<string, Tensor>;
  readonly inputs: readonly GraphInput[];
  readonly outputs: readonly string[];
  readonly producer: string;
}

/**
 * Decodes a model file and refuses, by name, what no lowering can follow: external data, functions, control flow, sparse
 * initializers, domains other than ONNX's own.
 *
 * @throws ModelError `malformed`, `unsupported_feature`
 */
export function readModel(bytes: Uint8Array): Graph {
  const proto = decode(bytes);
  const graph = proto.graph;
  if (graph === undefined || graph.node.length === 0) throw new ModelError('malformed', 'the file holds no ONNX graph');
  if (proto.functions[0] !== undefined) {
    throw new ModelError('unsupported_feature', `model-local function ${proto.functions[0].name}`);
  }
  if (graph.sparseInitializer.length > 0) throw new ModelError('unsupported_feature', 'sparse initializers');
  const constants = new Map(graph.initializer.map((tensor) => [tensor.name, readTensor(tensor)]));
  return {
    proto,
    nodes: graph.node.map(readNode),
    constants,
    inputs: graph.input.filter(({ name }) => !constants.has(name)).map(readInput),
    outputs: graph.output.map(({ name }) => name),
    producer: `${proto.producerName} ${proto.producerVersion}`.trim(),
  };
}

function decode(bytes: Uint8Array): ModelProto {
  try {
    return ModelProto.decode(bytes);
  } catch (cause) {
    throw new ModelError('malformed', 'not an ONNX file', undefined, { cause });
  }
}

function readNode(node: NodeProto): GraphNode {
  const operator = node.domain === '' || node.domain === 'ai.onnx' ? node.opType : `${node.domain}.${node.opType}`;
  const name = node.name === '' ? (node.output[0] ?? '') : node.name;
  const place = { operator, node: name };
  if (!DOMAINS.has(node.domain))
    throw new ModelError('unsupported_feature', `unknown operator domain ${node.domain}`, place);
  for (const attribute of node.attribute) {
    if (attribute.g !== undefined || attribute.graphs.length > 0) {
      throw new ModelError('unsupported_feature', 'control flow (a graph inside a node)', place);
    }
    if (attribute.refAttrName !== '')
      throw new ModelError('unsupported_feature', 'an attribute that refers to a function', place);
  }
  const attributes = new Map(node.attribute.map((attribute) => [attribute.name, attribute]));
  return { operator, name, inputs: node.input, outputs: node.output, attributes };
}

function readInput({ name, type }: ValueInfoProto): GraphInput {
  const tensor = type?.tensorType;
  if (tensor === undefined) throw new ModelError('unsupported_feature', `graph input ${name} is not a tensor`);
  return {
    name,
    elementType: tensor.elemType,
    dims: (tensor.shape?.dim ?? []).map(({ dimValue }) => Number(dimValue)),
  };
}
