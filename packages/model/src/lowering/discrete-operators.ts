import { ELEMENT } from '../onnx/tensor.ts';
import { ONE } from '../rational.ts';
import { withConstant } from './arithmetic-operators.ts';
import { freeBound, NO_BOUND, scaleBound } from './bound.ts';
import { type Condition, conditionForm, conditionOf } from './condition.ts';
import { type Element, fitsFloat32, isUntouched } from './element.ts';
import { piecesOf } from './pieces.ts';
import { INPUT_UNIT } from './rounding.ts';
import { type Operation, type Row, row, type Value } from './value.ts';

/** Integers up to this are floats. */
const EXACT = 1n << 24n;

/** Cast between the types that hold an applicant's values. */
export function cast(op: Operation): Value {
  const [first] = op.inputs;
  if (first?.kind === 'verdict') return first;
  const source = op.row(0, 'float', 'int', 'bool');
  const to = op.integer('to', 0);
  if (to === ELEMENT.FLOAT)
    return {
      ...source,
      type: 'float',
      elements: source.elements.map((e) => (source.type === 'int' ? narrowed(e) : e)),
    };
  if (to === ELEMENT.INT64 || to === ELEMENT.INT32) {
    if (source.type === 'float' && !source.elements.every((element) => isUntouched(element) || isWhole(element)))
      throw op.refuse('cuts computed values to integers', 'not_additive');
    return { ...source, type: 'int' };
  }
  throw op.refuse(`casts to element type ${to}`);
}

/** An integer as binary32. */
function narrowed(element: Element): Element {
  if (element.chain !== undefined && fitsFloat32(element.chain.attribute)) return element;
  const pieces = piecesOf(element);
  if (pieces?.values.every(({ num }) => num >= -EXACT && num <= EXACT)) return element;
  return { ...element, error: scaleBound(element.size, INPUT_UNIT) };
}

/** Whether an element steps from integer to integer. */
function isWhole(element: Element): boolean {
  return piecesOf(element)?.values.every(({ den }) => den === 1n) ?? false;
}

/** Binarizer (ai.onnx.ml): `x > threshold`. */
export function binarizer(op: Operation): Value {
  const source = op.row(0, 'float');
  const threshold = op.float('threshold', 0);
  return row(
    'float',
    source.shape,
    source.elements.map((element) =>
      flag(element, conditionOf(op, element, { kind: 'monotone', holds: (value) => value > threshold })),
    ),
  );
}

/** Less, LessOrEqual, Greater or GreaterOrEqual of a row and a constant. */
export function comparison(op: Operation, holds: (a: number, b: number) => boolean): Value {
  const constantFirst = op.inputs[0]?.kind === 'constant';
  const source: Row = op.row(constantFirst ? 1 : 0, 'float', 'int');
  const compared = withConstant(op, source, op.constant(constantFirst ? 0 : 1), (element, c) => {
    const test = (value: number) => (constantFirst ? holds(c, value) : holds(value, c));
    return flag(element, conditionOf(op, element, { kind: 'monotone', holds: test }));
  });
  return row('bool', ...compared);
}

/** Equal of a row and a constant. */
export function equalOperator(op: Operation): Value {
  const constantFirst = op.inputs[0]?.kind === 'constant';
  const source = op.row(constantFirst ? 1 : 0, 'float', 'int');
  const compared = withConstant(op, source, op.constant(constantFirst ? 0 : 1), (element, c) =>
    flag(element, conditionOf(op, element, { kind: 'member', values: [c], among: true })),
  );
  return row('bool', ...compared);
}

function flag(element: Element, condition: Condition): Element {
  return {
    form: conditionForm(condition),
    size: freeBound(ONE),
    error: NO_BOUND,
    reads: element.reads,
    chain: undefined,
  };
}
