import type { Attribute } from '@assay/schema';
import { ELEMENT } from '../onnx/tensor.ts';
import { ONE, ZERO } from '../rational.ts';
import { freeBound, NO_BOUND, scaleBound } from './bound.ts';
import { type Condition, conditionForm, conditionOf } from './condition.ts';
import { type Element, fitsFloat32, isUntouched, rawValue } from './element.ts';
import { addForms, constantForm, type Form, negateForm, stepForm } from './form.ts';
import { INPUT_UNIT } from './rounding.ts';
import { type Operation, type Row, row, type Value } from './value.ts';

/** A count with more values than this is not taken apart into categories. */
const MOST_CATEGORIES = 4096n;

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
    if (source.type === 'float' && !source.elements.every(isUntouched))
      throw op.refuse('cuts computed values to integers', 'not_additive');
    return { ...source, type: 'int' };
  }
  throw op.refuse(`casts to element type ${to}`);
}

/** An integer attribute as binary32. */
function narrowed(element: Element): Element {
  if (element.chain !== undefined && fitsFloat32(element.chain.attribute)) return element;
  return { ...element, error: scaleBound(element.size, INPUT_UNIT) };
}

/** OneHotEncoder (ai.onnx.ml): each category becomes two steps at exact encoded integers. */
export function oneHotEncoder(op: Operation): Value {
  const source = op.row(0, 'float', 'int', 'string');
  const categories = source.type === 'string' ? op.texts('cats_strings') : op.integers('cats_int64s').map(String);
  if (categories.length === 0) throw op.refuse('lists no categories of the type it reads', 'malformed');
  if (new Set(categories).size !== categories.length) throw op.refuse('lists a category twice', 'malformed');
  const ignoresUnknown = op.integer('zeros', 1) === 1;
  const elements = source.elements.flatMap((element) => {
    if (!isUntouched(element)) throw op.refuse('encodes a computed value', 'not_additive');
    const { attribute } = element.chain;
    const domain = domainOf(op, attribute, source.type === 'string');
    if (!ignoresUnknown && domain.some(({ key }) => !categories.includes(key))) {
      throw op.refuse(`the schema lists a value of ${attribute.name} that the encoder does not know and fails on`);
    }
    return categories.map((category): Element => {
      const at = domain.findIndex(({ key }) => key === category);
      const form = at < 0 ? constantForm(ZERO) : indicator(attribute, domain, at);
      return { form, size: freeBound(ONE), error: NO_BOUND, reads: element.reads, chain: undefined };
    });
  });
  return row('float', [...source.shape, categories.length], elements);
}

interface DomainValue {
  readonly x: bigint;
  /** The value as the encoder compares it. */
  readonly key: string;
}

/** Every value that the attribute's slot may hold, in ascending order. */
function domainOf(op: Operation, attribute: Attribute, byLabel: boolean): readonly DomainValue[] {
  if (attribute.kind === 'code') {
    const listed = attribute.codes.map(({ code, label }) => ({ x: BigInt(code), key: byLabel ? label : String(code) }));
    // A missing code's slot holds 0, and the graph is given 0 or an empty text.
    if (attribute.missingFlag === undefined || listed[0]?.x === 0n) return listed;
    return [{ x: 0n, key: byLabel ? '' : '0' }, ...listed];
  }
  if (attribute.maxEncoded >= MOST_CATEGORIES)
    throw op.refuse(`${attribute.name} has too many values to be taken for categories`, 'not_additive');
  return Array.from({ length: Number(attribute.maxEncoded) + 1 }, (_, i) => ({
    x: BigInt(i),
    key: String(rawValue(attribute, BigInt(i)).num),
  }));
}

/** `[x = d_i] = [x >= d_i] - [x >= d_(i+1)]`; the first step is the constant 1, the last is not there. */
function indicator(attribute: Attribute, domain: readonly DomainValue[], i: number): Form {
  const from = i === 0 ? constantForm(ONE) : stepForm(attribute.slot, domain[i]!.x, ONE);
  const next = domain[i + 1];
  return next === undefined ? from : addForms(from, negateForm(stepForm(attribute.slot, next.x, ONE)));
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

/** Less, LessOrEqual, Greater or GreaterOrEqual of a row and a constant of one element or one a column. */
export function comparison(op: Operation, holds: (a: number, b: number) => boolean): Value {
  const constantFirst = op.inputs[0]?.kind === 'constant';
  const source: Row = op.row(constantFirst ? 1 : 0, 'float');
  const { values } = op.constant(constantFirst ? 0 : 1);
  if (values.length !== 1 && values.length !== source.elements.length)
    throw op.refuse('compares with a constant of another shape');
  const elements = source.elements.map((element, i) => {
    const c = values[values.length === 1 ? 0 : i]!;
    const compared = (value: number) => (constantFirst ? holds(c, value) : holds(value, c));
    return flag(element, conditionOf(op, element, { kind: 'monotone', holds: compared }));
  });
  return row('bool', source.shape, elements);
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
