import { add, mul, neg, type Rational, ZERO } from '../rational.ts';
import { addLeaves, type Leaves, mapLeaves } from './leaves.ts';

/**
 * An exact function of the encoded attributes: `constant + sum_j linear[j] * x_j + sum steps[s, c] * [x_s >= c]` and the sum of the
 * leaves that trees lead to. Entries that are zero are left out.
 */
export interface Form {
  readonly constant: Rational;
  readonly linear: ReadonlyMap<number, Rational>;
  /** By {@link stepKey}. */
  readonly steps: ReadonlyMap<string, Rational>;
  readonly trees: Leaves;
}

/** A form without terms. */
export function constantForm(constant: Rational): Form {
  return { constant, linear: new Map(), steps: new Map(), trees: new Map() };
}

/** Key of the step `[x_slot >= threshold]`. */
export function stepKey(slot: number, threshold: bigint): string {
  return `${slot}:${threshold}`;
}

/** `u * [x_slot >= threshold]` */
export function stepForm(slot: number, threshold: bigint, u: Rational): Form {
  return { ...constantForm(ZERO), steps: new Map([[stepKey(slot, threshold), u]]) };
}

/** Slot and threshold of a {@link stepKey}. */
export function readStepKey(key: string): { slot: number; threshold: bigint } {
  const [slot, threshold] = key.split(':');
  return { slot: Number(slot), threshold: BigInt(threshold!) };
}

/** a + b */
export function addForms(a: Form, b: Form): Form {
  return {
    constant: add(a.constant, b.constant),
    linear: addMaps(a.linear, b.linear),
    steps: addMaps(a.steps, b.steps),
    trees: addLeaves(a.trees, b.trees),
  };
}

/** factor * a */
export function scaleForm(a: Form, factor: Rational): Form {
  return {
    constant: mul(a.constant, factor),
    linear: scaleMap(a.linear, factor),
    steps: scaleMap(a.steps, factor),
    trees: factor.num === 0n ? new Map() : mapLeaves(a.trees, (leaf) => mul(leaf, factor)),
  };
}

/** -a */
export function negateForm(a: Form): Form {
  return scaleForm(a, neg({ num: 1n, den: 1n }));
}

/** Whether a form is zero for every applicant. */
export function isZeroForm(a: Form): boolean {
  return a.constant.num === 0n && a.linear.size === 0 && a.steps.size === 0 && a.trees.size === 0;
}

function addMaps<K>(a: ReadonlyMap<K, Rational>, b: ReadonlyMap<K, Rational>): Map<K, Rational> {
  const sum = new Map(a);
  for (const [key, value] of b) {
    const total = add(sum.get(key) ?? ZERO, value);
    if (total.num === 0n) sum.delete(key);
    else sum.set(key, total);
  }
  return sum;
}

function scaleMap<K>(a: ReadonlyMap<K, Rational>, factor: Rational): Map<K, Rational> {
  if (factor.num === 0n) return new Map();
  return new Map([...a].map(([key, value]) => [key, mul(value, factor)]));
}
