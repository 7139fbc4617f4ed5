import type { Attribute, Schema } from '@assay/schema';
import { ModelError } from '../error.ts';
import type { Graph, GraphInput } from '../onnx/read-model.ts';
import { ELEMENT } from '../onnx/tensor.ts';
import { inputElement } from './element.ts';
import { type Row, type RowType, row } from './value.ts';

const TYPES: ReadonlyMap<number, RowType> = new Map<number, RowType>([
  [ELEMENT.FLOAT, 'float'],
  [ELEMENT.INT32, 'int'],
  [ELEMENT.INT64, 'int'],
  [ELEMENT.STRING, 'string'],
]);

/** One graph input with the attributes that fill its columns. */
export interface InputColumns {
  readonly input: GraphInput;
  readonly type: RowType;
  readonly attributes: readonly Attribute[];
}

/**
 * Which attributes fill which columns: by the inputs' names where each is one column, or in the order of `names`, which then lists
 * the columns of all inputs.
 *
 * @throws ModelError `unknown_input`
 */
export function inputColumns(graph: Graph, schema: Schema, names: readonly string[] | undefined): InputColumns[] {
  let next = 0;
  const columns = graph.inputs.map((input): InputColumns => {
    const width = widthOf(input);
    const wanted = names === undefined ? [input.name] : names.slice(next, next + width);
    next += width;
    if (wanted.length !== width) {
      throw new ModelError(
        'unknown_input',
        `graph input ${input.name} has ${width} columns: list the attributes that fill them`,
      );
    }
    const type = TYPES.get(input.elementType);
    if (type === undefined)
      throw new ModelError('unsupported_feature', `graph input ${input.name} has element type ${input.elementType}`);
    return { input, type, attributes: wanted.map((name) => attributeFor(schema, name, input, type)) };
  });
  if (names !== undefined && names.length !== next)
    throw new ModelError('unknown_input', `the graph has ${next} columns, not ${names.length}`);
  const all = columns.flatMap(({ attributes }) => attributes.map(({ name }) => name));
  if (new Set(all).size !== all.length) throw new ModelError('unknown_input', 'an attribute fills two columns');
  return columns;
}

/** The graph's inputs as symbols. */
export function readInputs(graph: Graph, schema: Schema, names: readonly string[] | undefined): [string, Row][] {
  return inputColumns(graph, schema, names).map(({ input, type, attributes }) => {
    const elements = attributes.map((attribute) => inputElement(attribute, type === 'float'));
    return [input.name, row(type, input.dims.slice(1), elements)];
  });
}

function widthOf({ name, dims }: GraphInput): number {
  const [batch, width, ...more] = dims;
  if (batch === undefined || more.length > 0)
    throw new ModelError('unsupported_feature', `graph input ${name} is not a batch of rows`);
  if (width === 0) throw new ModelError('unsupported_feature', `graph input ${name} leaves its number of columns open`);
  if (batch > 1) throw new ModelError('unsupported_feature', `graph input ${name} fixes its batch`);
  return width ?? 1;
}

function attributeFor(schema: Schema, name: string, input: GraphInput, type: RowType): Attribute {
  const attribute = schema.byName.get(name);
  if (attribute === undefined)
    throw new ModelError(
      'unknown_input',
      `graph input ${input.name}: no attribute ${name} in schema ${schema.document.name}`,
    );
  if (type === 'string' && attribute.kind !== 'code')
    throw new ModelError('unknown_input', `graph input ${input.name} is text, ${name} is not a code`);
  if (type === 'int' && attribute.digits > 0)
    throw new ModelError('unknown_input', `graph input ${input.name} is an integer, ${name} has decimals`);
  return attribute;
}
