import type { Tensor } from '../onnx/tensor.ts';
import { abs, add, exact, mul, neg, type Rational, ratio } from '../rational.ts';
import { addBounds, freeBound, scaleBound } from './bound.ts';
import type { Element } from './element.ts';
import { addForms, constantForm, scaleForm } from './form.ts';
import { gamma, TINY } from './rounding.ts';
import { type Operation, type Row, row } from './value.ts';

/** Binary digits to which the factor is computed. */
const PLACES = 128n;
/**
 * Roundings of one element in any order of evaluation, the factor computed beforehand or not: variance and epsilon, root, quotient and
 * scale make the factor; then the product, the mean's product, and two sums. One more stands for the factor's own last digit.
 */
const ROUNDINGS = 9;

/** BatchNormalization in inference: `(x - mean) / sqrt(variance + epsilon) * scale + bias`, by channel. */
export function batchNormalization(op: Operation): Row {
  const source = op.row(0, 'float');
  if (op.integer('training_mode', 0) !== 0) throw op.refuse('normalises by the batch, not by what was learnt');
  if (op.node.outputs.slice(1).some((name) => name !== '')) throw op.refuse('gives statistics of the batch');
  if (source.shape.length !== 1) throw op.refuse('normalises a tensor that is not a batch of vectors');
  const epsilon = exact(op.float('epsilon', 1e-5));
  const [scale, bias, mean, variance] = [1, 2, 3, 4].map((i) => channels(op, op.constant(i), source)) as [
    readonly Rational[],
    readonly Rational[],
    readonly Rational[],
    readonly Rational[],
  ];
  const elements = source.elements.map((element, i) => {
    const spread = add(variance[i]!, epsilon);
    if (spread.num <= 0n) throw op.refuse('has a variance that is not positive', 'malformed');
    return normalised(element, mul(scale[i]!, inverseRoot(spread)), mean[i]!, bias[i]!);
  });
  return row('float', source.shape, elements);
}

/** `(a - mean) * factor + bias`; the error covers `a * factor - mean * factor + bias` as well. */
function normalised(a: Element, factor: Rational, mean: Rational, bias: Rational): Element {
  const by = abs(factor);
  const form = addForms(scaleForm(addForms(a.form, constantForm(neg(mean))), factor), constantForm(bias));
  const size = addBounds(scaleBound(addBounds(a.size, freeBound(abs(mean))), by), freeBound(abs(bias)));
  const carried = scaleBound(scaleBound(a.error, by), add(ratio(1n), gamma(ROUNDINGS)));
  const error = addBounds(
    addBounds(carried, scaleBound(size, gamma(ROUNDINGS))),
    freeBound(mul(TINY, ratio(BigInt(ROUNDINGS)))),
  );
  return { form, size, error, reads: a.reads, chain: undefined };
}

function channels(op: Operation, { dims, values }: Tensor, source: Row): readonly Rational[] {
  if (dims.length !== 1 || values.length !== source.elements.length)
    throw op.refuse('has another number of channels than its input', 'malformed');
  return values.map(exact);
}

/** `1 / sqrt(value)` to a part in 2^100 and better, for values of binary32. */
function inverseRoot({ num, den }: Rational): Rational {
  // sqrt(den / num) = sqrt(den * num) / num, in fixed point.
  return ratio(integerRoot((den * num) << (2n * PLACES + 2n * MARGIN)), num << (PLACES + MARGIN));
}

/** Digits more, for numerators of up to as many. */
const MARGIN = 128n;

/** The largest integer whose square is not above `value`, by Newton's iteration. */
function integerRoot(value: bigint): bigint {
  if (value < 2n) return value;
  let root = 1n << BigInt(Math.ceil(value.toString(2).length / 2));
  for (;;) {
    const next = (root + value / root) / 2n;
    if (next >= root) return root;
    root = next;
  }
}
