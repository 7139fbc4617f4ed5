import { ELEMENT, type Tensor } from '../onnx/tensor.ts';
import { exact, mul, type Rational, ZERO } from '../rational.ts';
import { dot } from './element.ts';
import { type AfterVerdict, type Link, type Operation, row, type Value } from './value.ts';

const LINKS = new Map<string, Link>([
  ['NONE', 'none'],
  ['LOGISTIC', 'logistic'],
  ['SOFTMAX', 'softmax'],
]);

/** Gemm of a row and a constant matrix: `alpha * A * B + beta * C`. */
export function gemm(op: Operation): Value {
  if (op.integer('transA', 0) !== 0) throw op.refuse('transposes the batch');
  const [alpha, beta] = [op.float('alpha', 1), op.float('beta', 1)];
  const bias = op.has(2) ? op.constant(2) : undefined;
  // Scaling by alpha and beta rounds the factors or the sums: two roundings each, none for one.
  const extra = (alpha === 1 ? 0 : 2) + (beta === 1 ? 0 : 2);
  return product(
    op,
    op.integer('transB', 0) !== 0,
    (weight) => mul(exact(alpha), weight),
    bias,
    (c) => mul(exact(beta), c),
    extra,
  );
}

/** MatMul of a row and a constant matrix. */
export function matMul(op: Operation): Value {
  return product(
    op,
    false,
    (weight) => weight,
    undefined,
    (c) => c,
    0,
  );
}

function product(
  op: Operation,
  transposed: boolean,
  weigh: (weight: Rational) => Rational,
  bias: Tensor | undefined,
  weighBias: (c: Rational) => Rational,
  extraRoundings: number,
): Value {
  const source = op.row(0, 'float');
  const matrix = op.constant(1);
  if (source.shape.length !== 1) throw op.refuse('multiplies a tensor that is not a batch of vectors');
  if (matrix.dims.length !== 2 || matrix.elementType !== ELEMENT.FLOAT)
    throw op.refuse('multiplies by what is not a binary32 matrix');
  const [rows, columns] = [matrix.dims[0]!, matrix.dims[1]!];
  const [inner, outer] = transposed ? [columns, rows] : [rows, columns];
  if (inner !== source.elements.length) throw op.refuse('has a matrix of another height than its input', 'malformed');
  const elements = Array.from({ length: outer }, (_, o) => {
    const weights = source.elements.map((_, i) =>
      weigh(exact(matrix.values[transposed ? o * columns + i : i * columns + o]!)),
    );
    return dot(
      source.elements,
      weights,
      bias === undefined ? ZERO : weighBias(exact(biasAt(op, bias, o, outer))),
      extraRoundings,
    );
  });
  return row('float', [outer], elements);
}

function biasAt(op: Operation, bias: Tensor, o: number, outer: number): number {
  const value = bias.values.length === 1 ? bias.values[0] : bias.values[o];
  const fits = bias.values.length === 1 || (bias.values.length === outer && bias.dims.at(-1) === outer);
  if (bias.elementType !== ELEMENT.FLOAT || value === undefined || !fits)
    throw op.refuse('has a bias of another shape than its result');
  return value;
}

/** LinearRegressor (ai.onnx.ml) with one target. */
export function linearRegressor(op: Operation): Value {
  const source = op.row(0, 'float');
  if (op.text('post_transform', 'NONE') !== 'NONE') throw op.refuse(`post-transform ${op.text('post_transform', '')}`);
  if (op.integer('targets', 1) !== 1) throw op.refuse('has more than one target', 'not_additive');
  const coefficients = op.floats('coefficients');
  if (coefficients.length !== source.elements.length)
    throw op.refuse('has another number of coefficients than columns', 'malformed');
  return row('float', [1], [dot(source.elements, coefficients.map(exact), exact(op.floats('intercepts')[0] ?? 0))]);
}

/** LinearClassifier (ai.onnx.ml) between two classes, one row of coefficients each. Its post-transform is cut off. */
export function linearClassifier(op: Operation): [AfterVerdict, AfterVerdict] {
  const source = op.row(0, 'float');
  const transform = op.text('post_transform', 'NONE');
  const link = LINKS.get(transform);
  if (link === undefined) throw op.refuse(`post-transform ${transform}`);
  const [first, second, third] = [...op.integers('classlabels_ints').map(String), ...op.texts('classlabels_strings')];
  const coefficients = op.floats('coefficients').map(exact);
  const intercepts = op.floats('intercepts').map(exact);
  const width = source.elements.length;
  if (first === undefined || second === undefined || third !== undefined || coefficients.length !== 2 * width) {
    throw op.refuse('does not decide between two classes with a row of coefficients each', 'not_additive');
  }
  const scores = [0, 1].map((c) =>
    dot(source.elements, coefficients.slice(c * width, (c + 1) * width), intercepts[c] ?? ZERO),
  );
  const [labelTensor, scoreTensor] = op.node.outputs;
  if (labelTensor === undefined || scoreTensor === undefined)
    throw op.refuse('does not give label and scores', 'malformed');
  const verdict = { scores, labels: [first, second] as const, link, node: op.node, scoreTensor, labelTensor };
  return [
    { kind: 'verdict', verdict },
    { kind: 'verdict', verdict },
  ];
}
