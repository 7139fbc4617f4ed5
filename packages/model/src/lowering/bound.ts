import { add, compare, mul, type Rational, roundUp, ZERO } from '../rational.ts';
import { addLeaves, type Leaves, mapLeaves } from './leaves.ts';

/** What a bound says about one slot: `perUnit * x + offset`. */
export interface SlotBound {
  readonly perUnit: Rational;
  readonly offset: Rational;
}

/**
 * A non-negative bound as a function of the encoded attributes: `free + sum_j (perUnit_j * x_j + offset_j)` and what each tree's
 * visited leaf brings. The offsets are kept by slot because the circuit's band charges them with the slot's weight.
 */
export interface Bound {
  readonly free: Rational;
  readonly slots: ReadonlyMap<number, SlotBound>;
  readonly trees: Leaves;
}

/** The bound 0. */
export const NO_BOUND: Bound = { free: ZERO, slots: new Map(), trees: new Map() };

/** Whether a bound is 0. */
export function isNoBound({ free, slots, trees }: Bound): boolean {
  return free.num === 0n && slots.size === 0 && trees.size === 0;
}

/** A bound that does not depend on the applicant. */
export function freeBound(free: Rational): Bound {
  return { ...NO_BOUND, free };
}

/** a + b */
export function addBounds(a: Bound, b: Bound): Bound {
  const slots = new Map(a.slots);
  for (const [slot, { perUnit, offset }] of b.slots) {
    const old = slots.get(slot);
    slots.set(
      slot,
      old === undefined ? { perUnit, offset } : { perUnit: add(old.perUnit, perUnit), offset: add(old.offset, offset) },
    );
  }
  return { free: add(a.free, b.free), slots, trees: addLeaves(a.trees, b.trees) };
}

/** `factor * a`, rounded up in its 96th binary digit; `factor` must not be negative. */
export function scaleBound(a: Bound, factor: Rational): Bound {
  if (factor.num === 0n) return NO_BOUND;
  const by = (value: Rational) => roundUp(mul(value, factor));
  const slots = new Map(
    [...a.slots].map(([slot, { perUnit, offset }]) => [slot, { perUnit: by(perUnit), offset: by(offset) }]),
  );
  return { free: by(a.free), slots, trees: mapLeaves(a.trees, by) };
}

/** The largest value of a bound when each `x_j` is at most `maximum(j)`, whatever leaves are reached. */
export function supremum(a: Bound, maximum: (slot: number) => bigint): Rational {
  let sum = a.free;
  for (const [slot, { perUnit, offset }] of a.slots) {
    sum = add(sum, add(mul(perUnit, { num: maximum(slot), den: 1n }), offset));
  }
  for (const leaves of a.trees.values()) sum = add(sum, largest(leaves));
  return sum;
}

/** The largest of some fractions that are not negative. */
export function largest(values: readonly Rational[]): Rational {
  return values.reduce((most, value) => (compare(value, most) > 0n ? value : most), ZERO);
}
