import type { Tensor } from '../onnx/tensor.ts';
import { ELEMENT } from '../onnx/tensor.ts';
import { exact, inverse, neg, type Rational } from '../rational.ts';
import { addConstant, addElements, divideConstant, type Element, multiplyConstant, scaleOffset } from './element.ts';
import { count } from './shape-operators.ts';
import { type Operation, type Row, row, type Value } from './value.ts';

const MINUS_ONE: Rational = { num: -1n, den: 1n };

/** Add of a row and a constant, or of two rows. */
export function addOperator(op: Operation): Value {
  return elementwise(op, {
    rowConstant: (a, c) => addConstant(a, c, exact(c)),
    constantRow: (c, a) => addConstant(a, c, exact(c)),
    rowRow: addElements,
  });
}

/** Sub, likewise. */
export function subOperator(op: Operation): Value {
  return elementwise(op, {
    rowConstant: (a, c) => addConstant(a, -c, neg(exact(c))),
    constantRow: (c, a) => addConstant(multiplyConstant(a, -1, MINUS_ONE), c, exact(c)),
    rowRow: (a, b) => addElements(a, multiplyConstant(b, -1, MINUS_ONE)),
  });
}

/** Mul of a row by a constant; of probabilities by one, which some exporters write for nothing. */
export function mulOperator(op: Operation): Value {
  const [first, second] = op.inputs;
  if (first?.kind === 'verdict' && second?.kind === 'constant' && second.tensor.values.every((value) => value === 1))
    return first;
  return elementwise(op, {
    rowConstant: (a, c) => multiplyConstant(a, c, exact(c)),
    constantRow: (c, a) => multiplyConstant(a, c, exact(c)),
    rowRow: () => {
      throw op.refuse('multiplies two values that depend on the applicant', 'not_additive');
    },
  });
}

/** Div of a row by a constant. */
export function divOperator(op: Operation): Value {
  const divisorRefused = () => {
    throw op.refuse('divides by a value that depends on the applicant', 'not_additive');
  };
  return elementwise(op, {
    rowConstant: (a, c) => {
      if (c === 0) throw op.refuse('divides by zero', 'malformed');
      return divideConstant(a, c, inverse(exact(c)));
    },
    constantRow: divisorRefused,
    rowRow: divisorRefused,
  });
}

/** Neg of a row. */
export function negOperator(op: Operation): Value {
  const source = op.row(0, 'float');
  return { ...source, elements: source.elements.map((element) => multiplyConstant(element, -1, MINUS_ONE)) };
}

/** Scaler (ai.onnx.ml): `(x - offset) * scale` by column. */
export function scaler(op: Operation): Value {
  const source = op.row(0, 'float', 'int');
  if (source.type === 'int') throw op.refuse('reads integers: cast them to float first');
  const [offset, scale] = [op.floats('offset'), op.floats('scale')];
  const width = source.shape.at(-1) ?? 1;
  const at = (values: readonly number[], i: number, otherwise: number) => {
    if (values.length === 0) return otherwise;
    const value = values.length === 1 ? values[0] : values[i % width];
    if (value === undefined) throw op.refuse('has another number of columns than its input', 'malformed');
    return value;
  };
  const elements = source.elements.map((element, i) => {
    const [o, s] = [at(offset, i, 0), at(scale, i, 1)];
    return scaleOffset(element, o, s, exact(o), exact(s));
  });
  return row('float', source.shape, elements);
}

interface Cases {
  rowConstant(a: Element, c: number): Element;
  constantRow(c: number, a: Element): Element;
  rowRow(a: Element, b: Element): Element;
}

/** Applies an operator with numpy's broadcasting, which must not reach the batch axis. */
function elementwise(op: Operation, cases: Cases): Value {
  const [a, b] = op.inputs;
  if (a?.kind === 'row' && b?.kind === 'row') {
    const [left, right] = [op.row(0, 'float'), op.row(1, 'float')];
    if (left.shape.length !== right.shape.length) throw op.refuse('joins tensors of different rank');
    return broadcast(op, left, right.shape, (element, i) => cases.rowRow(element, right.elements[i]!));
  }
  const constantFirst = a?.kind === 'constant';
  const source = op.row(constantFirst ? 1 : 0, 'float');
  const tensor = op.constant(constantFirst ? 0 : 1);
  if (tensor.elementType !== ELEMENT.FLOAT) throw op.refuse('computes with a constant that is not binary32');
  return row(
    'float',
    ...withConstant(op, source, tensor, (element, c) =>
      constantFirst ? cases.constantRow(c, element) : cases.rowConstant(element, c),
    ),
  );
}

/** Shape and elements of what `apply` makes of a row and a constant, with numpy's broadcasting. */
export function withConstant(
  op: Operation,
  source: Row,
  tensor: Tensor,
  apply: (element: Element, c: number) => Element,
): [readonly number[], readonly Element[]] {
  const { shape, elements } = broadcast(op, source, rowDims(op, tensor, source), (element, i) =>
    apply(element, tensor.values[i]!),
  );
  return [shape, elements];
}

/** Dimensions of a constant without the batch axis, which it may only have with length one. */
function rowDims(op: Operation, tensor: Tensor, source: Row): readonly number[] {
  if (tensor.dims.length <= source.shape.length) return tensor.dims;
  if (tensor.dims.length > source.shape.length + 1 || tensor.dims[0] !== 1)
    throw op.refuse('has a constant with a batch axis');
  return tensor.dims.slice(1);
}

function broadcast(
  op: Operation,
  source: Row,
  dims: readonly number[],
  apply: (element: Element, other: number) => Element,
): Row {
  const rank = Math.max(source.shape.length, dims.length);
  const left = [...Array<number>(rank - source.shape.length).fill(1), ...source.shape];
  const right = [...Array<number>(rank - dims.length).fill(1), ...dims];
  const shape = left.map((dim, axis) => {
    const other = right[axis]!;
    if (dim !== other && dim !== 1 && other !== 1)
      throw op.refuse('joins tensors whose shapes do not fit', 'malformed');
    return Math.max(dim, other);
  });
  const elements = Array.from({ length: count(shape) }, (_, i) =>
    apply(source.elements[project(i, shape, left)]!, project(i, shape, right)),
  );
  return row('float', shape, elements);
}

/** Index into a tensor of dimensions `dims` that element i of the broadcast `shape` reads. */
function project(i: number, shape: readonly number[], dims: readonly number[]): number {
  let [rest, index, stride] = [i, 0, 1];
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const at = rest % shape[axis]!;
    rest = Math.floor(rest / shape[axis]!);
    if (dims[axis] !== 1) index += at * stride;
    stride *= dims[axis]!;
  }
  return index;
}
