/** `lo <= a * x_i + b * x_j <= hi` over encoded attributes; `undefined` is no bound. Made canonical by `intervalCondition`. */
export interface IntervalAtom {
  readonly kind: 'interval';
  readonly i: number;
  readonly j: number;
  readonly a: bigint;
  readonly b: bigint;
  readonly lo: bigint | undefined;
  readonly hi: bigint | undefined;
}

/** `x_slot` is, or with `negated` is not, one of the encoded values, which ascend. */
export interface MemberAtom {
  readonly kind: 'member';
  readonly slot: number;
  readonly values: readonly bigint[];
  readonly negated: boolean;
}

/** What one clause of the circuit decides. */
export type Atom = IntervalAtom | MemberAtom;

/** A policy's text as a tree. */
export type Condition =
  | { readonly kind: 'constant'; readonly value: boolean }
  | Atom
  | { readonly kind: 'not'; readonly operand: Condition }
  | { readonly kind: 'and' | 'or'; readonly operands: readonly Condition[] };

export function constantCondition(value: boolean): Condition {
  return { kind: 'constant', value };
}
