// Test only: writes small ONNX files without an exporter.
import {
  type AttributeProto,
  ModelProto,
  type NodeProto,
  type TensorProto,
  type ValueInfoProto,
} from './onnx/gen/onnx.ts';
import { ELEMENT } from './onnx/tensor.ts';

type AttributeValue =
  | number
  | bigint
  | string
  | readonly number[]
  | readonly bigint[]
  | readonly string[]
  | TensorProto;

/** What a test says of a graph; nodes as [operator, inputs, outputs, attributes]. */
export interface GraphSpec {
  readonly inputs: readonly (readonly [name: string, elementType: number, width: number])[];
  readonly constants?: readonly TensorProto[];
  readonly nodes: readonly (readonly [
    string,
    readonly string[],
    readonly string[],
    Readonly<Record<string, AttributeValue>>?,
  ])[];
  readonly outputs: readonly string[];
}

/** The bytes of a graph; the element type of its outputs is float. */
export function buildModel(spec: GraphSpec, change: (model: ModelProto) => ModelProto = (model) => model): Uint8Array {
  const model = ModelProto.decode(new Uint8Array());
  return ModelProto.encode(
    change({
      ...model,
      irVersion: 8n,
      opsetImport: [
        { domain: '', version: 18n },
        { domain: 'ai.onnx.ml', version: 3n },
      ],
      graph: {
        name: 'test',
        node: spec.nodes.map(([operator, input, output, attributes = {}]) => node(operator, input, output, attributes)),
        initializer: [...(spec.constants ?? [])],
        input: spec.inputs.map(([name, elementType, width]) => value(name, elementType, width)),
        output: spec.outputs.map((name) => value(name, ELEMENT.FLOAT, undefined)),
        sparseInitializer: [],
      },
    }),
  ).finish();
}

/** A float initializer. */
export function floats(name: string, dims: readonly number[], values: readonly number[]): TensorProto {
  return { ...emptyTensor(name, dims), dataType: ELEMENT.FLOAT, floatData: [...values] };
}

/** An int64 initializer. */
export function integers(name: string, dims: readonly number[], values: readonly number[]): TensorProto {
  return { ...emptyTensor(name, dims), dataType: ELEMENT.INT64, int64Data: values.map(BigInt) };
}

function emptyTensor(name: string, dims: readonly number[]): TensorProto {
  return {
    dims: dims.map(BigInt),
    dataType: 0,
    floatData: [],
    int32Data: [],
    stringData: [],
    int64Data: [],
    name,
    rawData: new Uint8Array(),
    doubleData: [],
    externalData: [],
    dataLocation: 0,
  };
}

function node(
  operator: string,
  input: readonly string[],
  output: readonly string[],
  attributes: Readonly<Record<string, AttributeValue>>,
): NodeProto {
  const dot = operator.lastIndexOf('.');
  return {
    input: [...input],
    output: [...output],
    name: '',
    opType: operator.slice(dot + 1),
    domain: dot < 0 ? '' : operator.slice(0, dot),
    attribute: Object.entries(attributes).map(([name, content]) => attribute(name, content)),
  };
}

function attribute(name: string, content: AttributeValue): AttributeProto {
  const empty: AttributeProto = {
    name,
    f: 0,
    i: 0n,
    s: new Uint8Array(),
    t: undefined,
    g: undefined,
    floats: [],
    ints: [],
    strings: [],
    graphs: [],
    type: 0,
    refAttrName: '',
  };
  const bytes = (text: string) => new TextEncoder().encode(text);
  if (typeof content === 'number') return { ...empty, type: 1, f: content };
  if (typeof content === 'bigint') return { ...empty, type: 2, i: content };
  if (typeof content === 'string') return { ...empty, type: 3, s: bytes(content) };
  if (!Array.isArray(content)) return { ...empty, type: 4, t: content as TensorProto };
  const [first] = content;
  if (typeof first === 'bigint') return { ...empty, type: 7, ints: content };
  if (typeof first === 'string') return { ...empty, type: 8, strings: content.map(bytes) };
  return { ...empty, type: 6, floats: content };
}

function value(name: string, elemType: number, width: number | undefined): ValueInfoProto {
  const dim = [
    { dimValue: 0n, dimParam: 'N' },
    ...(width === undefined ? [] : [{ dimValue: BigInt(width), dimParam: '' }]),
  ];
  return { name, type: { tensorType: { elemType, shape: width === undefined ? undefined : { dim } } } };
}
