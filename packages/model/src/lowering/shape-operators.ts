import { type Operation, type Row, row, type Value } from './value.ts';

/** Number of elements of a shape. */
export function count(shape: readonly number[]): number {
  return shape.reduce((product, dim) => product * dim, 1);
}

/** Concat of rows along an axis other than the batch. */
export function concat(op: Operation): Value {
  const parts = op.inputs.map((_, i) => op.row(i));
  const [first] = parts;
  if (first === undefined) throw op.refuse('has no input', 'malformed');
  if (parts.some(({ type }) => type !== first.type)) throw op.refuse('joins elements of different types');
  const axis = op.axis(op.integer('axis', 1), first.shape.length);
  const width = parts.reduce((sum, { shape }) => sum + (shape[axis] ?? 0), 0);
  const outer = count(first.shape.slice(0, axis));
  const elements = Array.from({ length: outer }, (_, i) =>
    parts.flatMap((part) => {
      const block = part.elements.length / outer;
      return part.elements.slice(i * block, (i + 1) * block);
    }),
  ).flat();
  return row(first.type, first.shape.with(axis, width), elements);
}

/** Gather, by constant indices, along an axis other than the batch. */
export function gather(op: Operation): Value {
  const source = op.row(0);
  const indices = op.constant(1);
  const axis = op.axis(op.integer('axis', 0), source.shape.length);
  return pick(op, source, axis, indices.values, indices.dims);
}

/** ArrayFeatureExtractor: columns of the last axis. */
export function extractColumns(op: Operation): Value {
  const source = op.row(0);
  const { values } = op.constant(1);
  return pick(op, source, source.shape.length - 1, values, [values.length]);
}

function pick(op: Operation, source: Row, axis: number, indices: readonly number[], dims: readonly number[]): Row {
  const length = source.shape[axis] ?? 0;
  const inner = count(source.shape.slice(axis + 1));
  const outer = count(source.shape.slice(0, axis));
  const elements = [];
  for (let o = 0; o < outer; o++) {
    for (const index of indices) {
      const at = index < 0 ? index + length : index;
      if (!(at >= 0 && at < length)) throw op.refuse('picks a column that is not there', 'malformed');
      elements.push(...source.elements.slice((o * length + at) * inner, (o * length + at + 1) * inner));
    }
  }
  return row(source.type, [...source.shape.slice(0, axis), ...dims, ...source.shape.slice(axis + 1)], elements);
}

/** Reshape that leaves the batch axis alone. */
export function reshape(op: Operation): Value {
  const source = op.row(0);
  const [batch, ...dims] = op.constant(1).values;
  if (batch !== -1 && batch !== 0) throw op.refuse('changes the batch axis');
  const kept = dims.map((dim, i) => (dim === 0 ? (source.shape[i] ?? 0) : dim));
  const open = kept.indexOf(-1);
  if (open >= 0 && batch === 0) kept[open] = source.elements.length / count(kept.filter((dim) => dim !== -1));
  if (count(kept) !== source.elements.length) throw op.refuse('moves elements between the batch axis and others');
  return row(source.type, kept, source.elements);
}

/** Flatten at axis 1. */
export function flatten(op: Operation): Value {
  const source = op.row(0);
  if (op.integer('axis', 1) !== 1) throw op.refuse('flattens at another axis than 1');
  return row(source.type, [source.elements.length], source.elements);
}

/** Squeeze of named axes of length one. */
export function squeeze(op: Operation): Value {
  const source = op.row(0);
  const axes = axesOf(op).map((axis) => op.axis(axis, source.shape.length));
  if (axes.length === 0) throw op.refuse('names no axis');
  if (axes.some((axis) => source.shape[axis] !== 1))
    throw op.refuse('removes an axis that is not of length 1', 'malformed');
  return row(
    source.type,
    source.shape.filter((_, axis) => !axes.includes(axis)),
    source.elements,
  );
}

/** Unsqueeze that leaves the batch axis first. */
export function unsqueeze(op: Operation): Value {
  const source = op.row(0);
  const rank = source.shape.length + axesOf(op).length;
  const shape = [...source.shape];
  for (const axis of axesOf(op)
    .map((value) => op.axis(value, rank))
    .sort((a, b) => a - b))
    shape.splice(axis, 0, 1);
  return row(source.type, shape, source.elements);
}

/** Axes as an input (opset 13 and later) or an attribute (before). */
function axesOf(op: Operation): readonly number[] {
  return op.has(1) ? op.constant(1).values : op.integers('axes').map(Number);
}
