import { ModelError } from '../error.ts';
import type { GraphNode } from '../onnx/read-model.ts';
import type { Tensor } from '../onnx/tensor.ts';
import type { Element } from './element.ts';

/** What the elements of a row hold. Integers and strings are attributes not yet converted; booleans come of comparisons. */
export type RowType = 'float' | 'int' | 'bool' | 'string';

/** A tensor computed from an applicant: its first axis is the batch, `shape` are the others, `elements` are in row-major order. */
export interface Row {
  readonly kind: 'row';
  readonly type: RowType;
  readonly shape: readonly number[];
  readonly elements: readonly Element[];
}

/** A tensor that does not depend on the applicant. */
export interface Constant {
  readonly kind: 'constant';
  readonly tensor: Tensor;
}

/** How the graph turns raw scores into probabilities: what lowering cuts off. `probability`: the score is one as it stands. */
export type Link = 'none' | 'logistic' | 'softmax' | 'probability';

/** The raw scores on which the graph decides, at the point where its post-transform begins. */
export interface Verdict {
  /** One score (of the class `labels[1]`), or one for each of two classes. */
  readonly scores: readonly Element[];
  readonly labels: readonly [string, string];
  readonly link: Link;
  /** Operator that decides: the classifier, or the post-transform. */
  readonly node: GraphNode | undefined;
  /** Name of the tensor of raw scores, once the classifier's own post-transform is switched off. */
  readonly scoreTensor: string;
  /** Name of the tensor of labels, where the graph gives one. */
  readonly labelTensor: string | undefined;
}

/** What follows from a verdict: probabilities or a label, in whatever shape. */
export interface AfterVerdict {
  readonly kind: 'verdict';
  readonly verdict: Verdict;
}

/** Anything a graph's edge may carry. */
export type Value = Row | Constant | AfterVerdict;

/** A row of the given type and shape. */
export function row(type: RowType, shape: readonly number[], elements: readonly Element[]): Row {
  return { kind: 'row', type, shape, elements };
}

/** Why an operator does not lower. */
export type OperatorRefusal = 'unsupported_feature' | 'not_additive' | 'malformed' | 'unstable_threshold' | 'too_large';

/** One node with its inputs looked up: what an operator's lowering gets. */
export class Operation {
  readonly node: GraphNode;
  readonly inputs: readonly (Value | undefined)[];

  constructor(node: GraphNode, inputs: readonly (Value | undefined)[]) {
    this.node = node;
    this.inputs = inputs;
  }

  refuse(reason: string, code: OperatorRefusal = 'unsupported_feature'): ModelError {
    return new ModelError(code, reason, { operator: this.node.operator, node: this.node.name });
  }

  /** Input i as a tensor that depends on the applicant, of one of the given types. */
  row(i: number, ...types: RowType[]): Row {
    const value = this.inputs[i];
    if (value?.kind === 'verdict') throw this.refuse('computes with what follows the post-transform');
    if (value?.kind !== 'row') throw this.refuse(`input ${i} does not depend on the applicant`);
    if (types.length > 0 && !types.includes(value.type)) throw this.refuse(`input ${i} holds ${value.type} elements`);
    return value;
  }

  /** Input i as a constant. */
  constant(i: number): Tensor {
    const value = this.inputs[i];
    if (value?.kind !== 'constant') throw this.refuse(`input ${i} is not a constant`);
    return value.tensor;
  }

  has(i: number): boolean {
    return this.inputs[i] !== undefined;
  }

  integer(name: string, otherwise: number): number {
    const attribute = this.node.attributes.get(name);
    return attribute === undefined ? otherwise : Number(attribute.i);
  }

  float(name: string, otherwise: number): number {
    return this.node.attributes.get(name)?.f ?? otherwise;
  }

  text(name: string, otherwise: string): string {
    const attribute = this.node.attributes.get(name);
    return attribute === undefined ? otherwise : new TextDecoder().decode(attribute.s);
  }

  floats(name: string): readonly number[] {
    const values = this.node.attributes.get(name)?.floats ?? [];
    if (!values.every((value) => Number.isFinite(value)))
      throw this.refuse(`attribute ${name} holds a number that is not finite`, 'malformed');
    return values;
  }

  integers(name: string): readonly bigint[] {
    return this.node.attributes.get(name)?.ints ?? [];
  }

  texts(name: string): readonly string[] {
    return (this.node.attributes.get(name)?.strings ?? []).map((bytes) => new TextDecoder().decode(bytes));
  }

  /** Per-row axis of a tensor whose first axis is the batch; the batch axis itself is refused. */
  axis(value: number, rank: number): number {
    const axis = value < 0 ? value + rank + 1 : value;
    if (axis < 1 || axis > rank) throw this.refuse('works along the batch axis');
    return axis - 1;
  }
}
