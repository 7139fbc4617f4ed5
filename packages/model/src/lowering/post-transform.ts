import type { AfterVerdict, Operation, Row, Value, Verdict } from './value.ts';

/** What labels are called where the graph has only scores: the score of one output speaks for `1`. */
const UNNAMED = ['0', '1'] as const;

/** Sigmoid of one raw score: cut off, the score is the verdict. */
export function sigmoid(op: Operation): Value {
  const source = op.row(0, 'float');
  if (source.elements.length !== 1) throw op.refuse('is not the last step on one score', 'not_additive');
  return { kind: 'verdict', verdict: scoreVerdict(source, op.node.inputs[0]!, 'logistic', op) };
}

/** Softmax of two raw scores, likewise. */
export function softmax(op: Operation): Value {
  const source = op.row(0, 'float');
  if (source.elements.length !== 2 || source.shape.at(-1) !== 2)
    throw op.refuse('is not the last step on two scores', 'not_additive');
  if (op.axis(op.integer('axis', -1), source.shape.length) !== source.shape.length - 1)
    throw op.refuse('runs along another axis than the classes');
  return { kind: 'verdict', verdict: scoreVerdict(source, op.node.inputs[0]!, 'softmax', op) };
}

/** Operators that only re-arrange probabilities or labels: Normalizer, ZipMap, Identity, Squeeze and the like. */
export function passVerdict(op: Operation): Value | undefined {
  return op.inputs[0]?.kind === 'verdict' ? op.inputs[0] : undefined;
}

/** Normalizer and ZipMap, which have a meaning here only after the verdict. */
export function onlyAfterVerdict(op: Operation): AfterVerdict {
  const [input] = op.inputs;
  if (input?.kind !== 'verdict') throw op.refuse('is lowered only behind a classifier', 'not_additive');
  return input;
}

/** A graph that ends in one raw score, or in one for each of two classes. */
export function scoreVerdict(source: Row, scoreTensor: string, link: Verdict['link'], op?: Operation): Verdict {
  return { scores: source.elements, labels: UNNAMED, link, node: op?.node, scoreTensor, labelTensor: undefined };
}
