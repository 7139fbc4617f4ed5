import { exact, type Rational, ratio } from '../rational.ts';
import { indicator } from './categories.ts';
import type { Element } from './element.ts';
import { combinePieces, constantPieces, indexOfLargest, type Pieces, piecesElement, piecesOf } from './pieces.ts';
import { count } from './shape-operators.ts';
import { type Operation, type Row, type RowType, row, type Value } from './value.ts';

/** ArgMax of columns in steps of one attribute: the first of the largest ones (KBinsDiscretizer finds a value's bin with it). */
export function argMax(op: Operation): Value {
  const source = op.row(0, 'float', 'int');
  if (op.integer('select_last_index', 0) !== 0) throw op.refuse('takes the last of equal values');
  const axis = op.axis(op.integer('axis', 0), source.shape.length);
  if (axis !== source.shape.length - 1) throw op.refuse('runs along another axis than the last');
  const width = source.shape[axis]!;
  const rows = source.elements.length / width;
  const elements = Array.from({ length: rows }, (_, i) => {
    const columns = source.elements.slice(i * width, (i + 1) * width);
    return stepwise(op, columns.map(piecesOf), (values) => ratio(BigInt(indexOfLargest(values))), readsOf(columns));
  });
  const kept = op.integer('keepdims', 1) === 1 ? source.shape.with(axis, 1) : source.shape.slice(0, axis);
  return row('int', kept, elements);
}

/** And, Or, Xor of truth values that depend on one attribute. */
export function logical(op: Operation, holds: (a: boolean, b: boolean) => boolean): Value {
  const [a, b] = [op.row(0, 'bool'), op.row(1, 'bool')];
  if (a.elements.length !== b.elements.length) throw op.refuse('joins tensors of different shape');
  const elements = a.elements.map((element, i) => {
    const both = [element, b.elements[i]!];
    const of = ([x, y]: readonly Rational[]) => indicator(holds(x!.num !== 0n, y!.num !== 0n));
    return stepwise(op, both.map(piecesOf), of, readsOf(both));
  });
  return row('bool', a.shape, elements);
}

/** Not of truth values. */
export function notOperator(op: Operation): Value {
  const source = op.row(0, 'bool');
  const elements = source.elements.map((element) =>
    stepwise(op, [piecesOf(element)], ([value]) => indicator(value!.num === 0n), element.reads),
  );
  return row('bool', source.shape, elements);
}

/**
 * Where: one of two values by a condition, all three in steps of one attribute or constant (bins of a scorecard, one inside the
 * other). What a condition on one attribute selects of another is not additive.
 */
export function whereOperator(op: Operation): Value {
  const condition = op.row(0, 'bool');
  const [whenTrue, whenFalse] = [1, 2].map((input) => choice(op, input, condition));
  const type: RowType = [1, 2].map((input) => op.inputs[input]).find((value) => value?.kind === 'row')?.type ?? 'float';
  const elements = condition.elements.map((element, i) => {
    const [a, b] = [whenTrue!(i), whenFalse!(i)];
    const of = ([holds, yes, no]: readonly Rational[]) => (holds!.num !== 0n ? yes! : no!);
    return stepwise(op, [piecesOf(element), a.pieces, b.pieces], of, element.reads | a.reads | b.reads);
  });
  return row(type, condition.shape, elements);
}

/** An input of Where: a constant (one, or one a column), or a row of the condition's shape. */
function choice(
  op: Operation,
  input: number,
  condition: Row,
): (i: number) => { pieces: Pieces | undefined; reads: bigint } {
  const value = op.inputs[input];
  if (value?.kind === 'constant') {
    const { values } = value.tensor;
    return (i) => ({
      pieces: constantPieces(exact(scalarOrColumn(op, values, i, condition.elements.length))),
      reads: 0n,
    });
  }
  const source = op.row(input, 'float', 'int');
  if (count(source.shape) !== condition.elements.length) throw op.refuse('selects from a tensor of another shape');
  return (i) => ({ pieces: piecesOf(source.elements[i]!), reads: source.elements[i]!.reads });
}

function scalarOrColumn(op: Operation, values: readonly number[], i: number, width: number): number {
  const value = values.length === 1 ? values[0] : values[i];
  if (value === undefined || (values.length !== 1 && values.length !== width))
    throw op.refuse('has a constant of another shape');
  return value;
}

function stepwise(
  op: Operation,
  parts: readonly (Pieces | undefined)[],
  of: (values: readonly Rational[]) => Rational,
  reads: bigint,
): Element {
  const pieces = combinePieces(parts, of);
  if (pieces === undefined) throw op.refuse('joins what are not steps of one attribute', 'not_additive');
  return piecesElement(pieces, reads);
}

function readsOf(elements: readonly Element[]): bigint {
  return elements.reduce((mask, { reads }) => mask | reads, 0n);
}
