import { exact, type Rational, ratio } from '../rational.ts';
import { categoriesOf, indicator } from './categories.ts';
import type { Element } from './element.ts';
import { piecesElement } from './pieces.ts';
import { type Operation, row, type Value } from './value.ts';

/** OneHotEncoder (ai.onnx.ml): each category becomes steps at exact encoded integers. */
export function oneHotEncoder(op: Operation): Value {
  const source = op.row(0, 'float', 'int', 'string');
  const byLabel = source.type === 'string';
  const categories = byLabel ? op.texts('cats_strings') : op.integers('cats_int64s').map(String);
  if (categories.length === 0) throw op.refuse('lists no categories of the type it reads', 'malformed');
  if (new Set(categories).size !== categories.length) throw op.refuse('lists a category twice', 'malformed');
  const ignoresUnknown = op.integer('zeros', 1) === 1;
  const elements = source.elements.flatMap((element) => {
    const { slot, from, keys, name } = categoriesOf(op, element, byLabel);
    if (!ignoresUnknown && keys.some((key) => !categories.includes(key))) {
      throw op.refuse(`the schema lists a value of ${name} that the encoder does not know and fails on`);
    }
    return categories.map((category): Element => {
      const values = keys.map((key) => indicator(key === category));
      return piecesElement({ slot, from, values }, element.reads);
    });
  });
  return row('float', [...source.shape, categories.length], elements);
}

/** LabelEncoder (ai.onnx.ml 2 and later) from labels or integers to numbers: ordinal codes, weights of evidence, target means. */
export function labelEncoder(op: Operation): Value {
  const source = op.row(0, 'float', 'int', 'string');
  const byLabel = source.type === 'string';
  const keys = byLabel
    ? op.texts('keys_strings')
    : (source.type === 'int' ? op.integers('keys_int64s') : op.floats('keys_floats')).map(String);
  const { type, values, otherwise } = encodedValues(op);
  if (keys.length === 0) throw op.refuse('lists no keys of the type it reads');
  if (keys.length !== values.length) throw op.refuse('has another number of values than keys', 'malformed');
  if (new Set(keys).size !== keys.length) throw op.refuse('lists a key twice', 'malformed');
  const encoded = new Map(keys.map((key, i) => [key, values[i]!]));
  const elements = source.elements.map((element) => {
    const found = categoriesOf(op, element, byLabel);
    const values = found.keys.map((key) => encoded.get(key) ?? otherwise);
    return piecesElement({ slot: found.slot, from: found.from, values }, element.reads);
  });
  return row(type, source.shape, elements);
}

function encodedValues(op: Operation): { type: 'int' | 'float'; values: readonly Rational[]; otherwise: Rational } {
  const integers = op.integers('values_int64s');
  if (integers.length > 0) {
    const otherwise = ratio(op.node.attributes.get('default_int64')?.i ?? -1n);
    return { type: 'int', values: integers.map((value) => ratio(value)), otherwise };
  }
  const floats = op.floats('values_floats');
  if (floats.length === 0) throw op.refuse('encodes to what is not a number');
  return { type: 'float', values: floats.map(exact), otherwise: exact(op.float('default_float', 0)) };
}
