import { abs, add, exact, neg } from '../rational.ts';
import { addBounds, freeBound } from './bound.ts';
import { conditionForm, conditionOf } from './condition.ts';
import { type Element, rawValue } from './element.ts';
import { addForms, scaleForm } from './form.ts';
import { type Operation, row, type Value } from './value.ts';

/**
 * Imputer (ai.onnx.ml). NaN never stands for a missing value here (a flag does, and the value is the schema's minimum), so replacing
 * NaN changes nothing; another value is replaced where the attribute takes it.
 */
export function imputer(op: Operation): Value {
  const source = op.row(0, 'float');
  const replaced = op.float('replaced_value_float', Number.NaN);
  if (Number.isNaN(replaced)) return source;
  const imputed = op.floats('imputed_value_floats');
  const elements = source.elements.map((element, i) => {
    const value = imputed.length === 1 ? imputed[0] : imputed[i];
    if (value === undefined) throw op.refuse('has another number of values than columns', 'malformed');
    return replace(op, element, replaced, value);
  });
  return row('float', source.shape, elements);
}

/** `value` where the element is `replaced`, which has to be at one encoded integer at most. */
function replace(op: Operation, element: Element, replaced: number, value: number): Element {
  const condition = conditionOf(op, element, { kind: 'member', values: [replaced], among: true });
  if (!condition.first && condition.flips.length === 0) return element;
  const { chain } = element;
  if (chain === undefined) throw op.refuse('replaces a computed value', 'not_additive');
  const at = condition.first ? 0n : condition.flips[0]!;
  const end = condition.flips[condition.first ? 0 : 1] ?? chain.attribute.maxEncoded + 1n;
  if (end !== at + 1n || !chain.untouched) throw op.refuse('replaces a value that several inputs round to');
  const change = add(exact(value), neg(rawValue(chain.attribute, at)));
  return {
    form: addForms(element.form, scaleForm(conditionForm(condition), change)),
    size: addBounds(element.size, freeBound(abs(change))),
    error: element.error,
    reads: element.reads,
    chain: undefined,
  };
}

/** Clip to bounds that no value within the declared ranges passes; a bend in between is not additive. */
export function clip(op: Operation): Value {
  const source = op.row(0, 'float');
  const bound = (input: number, otherwise: number) =>
    op.has(input) ? (op.constant(input).values[0] ?? otherwise) : otherwise;
  const [low, high] = [bound(1, Number.NEGATIVE_INFINITY), bound(2, Number.POSITIVE_INFINITY)];
  for (const { chain } of source.elements) {
    if (chain === undefined) throw op.refuse('cuts off a computed value', 'not_additive');
    const ends = [chain.at(0n), chain.at(chain.attribute.maxEncoded)];
    if (Math.min(...ends) < low || Math.max(...ends) > high) {
      const { name } = chain.attribute;
      throw op.refuse(`cuts off ${name} within its declared range, which is not additive`, 'not_additive');
    }
  }
  return source;
}
