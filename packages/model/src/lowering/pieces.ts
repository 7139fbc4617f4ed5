import { abs, add, compare, exact, neg, type Rational, ZERO } from '../rational.ts';
import { freeBound, isNoBound, largest, NO_BOUND } from './bound.ts';
import type { Branch } from './branching.ts';
import type { Element } from './element.ts';
import { addForms, constantForm, type Form, readStepKey, stepForm } from './form.ts';

/** A function of one attribute that is constant between thresholds: `values[i]` from `from[i - 1]` on, `values[0]` below all. */
export interface Pieces {
  /** Undefined for a constant. */
  readonly slot: number | undefined;
  readonly from: readonly bigint[];
  readonly values: readonly Rational[];
}

/** The element as a step function of one attribute, where it is one that floats hold exactly. */
export function piecesOf({ form, error, chain }: Element): Pieces | undefined {
  if (chain !== undefined) {
    const first = chain.at(0n);
    // Monotone, so the same at both ends is the same throughout.
    return first === chain.at(chain.attribute.maxEncoded) ? constantPieces(exact(first)) : undefined;
  }
  if (form.linear.size > 0) return undefined;
  if (!isNoBound(error)) return undefined;
  const parts = [stepPieces(form)];
  for (const [{ root }, leaves] of form.trees) parts.push(branchPieces(root, (leaf) => leaves[leaf]!));
  return combinePieces(parts, (values) => values.reduce(add, form.constant));
}

/** A constant as a step function without steps. */
export function constantPieces(value: Rational): Pieces {
  return { slot: undefined, from: [], values: [value] };
}

/** What a function makes of some step functions together; undefined where they depend on several attributes. */
export function combinePieces(
  parts: readonly (Pieces | undefined)[],
  of: (values: readonly Rational[]) => Rational,
): Pieces | undefined {
  const known = parts.filter((part) => part !== undefined);
  const slots = new Set(known.map(({ slot }) => slot).filter((slot) => slot !== undefined));
  if (known.length < parts.length || slots.size > 1) return undefined;
  const from = [...new Set(known.flatMap((part) => part.from))].sort((a, b) => (a < b ? -1 : 1));
  const values = [undefined, ...from].map((start) => of(known.map((part) => valueFrom(part, start))));
  return { slot: [...slots][0], from, values };
}

/** A step function as an element, which floats hold exactly. */
export function piecesElement({ slot, from, values }: Pieces, reads: bigint): Element {
  let form = constantForm(values[0]!);
  for (const [i, threshold] of from.entries()) {
    const rise = add(values[i + 1]!, neg(values[i]!));
    if (slot !== undefined && rise.num !== 0n) form = addForms(form, stepForm(slot, threshold, rise));
  }
  return { form, size: freeBound(largest(values.map(abs))), error: NO_BOUND, reads, chain: undefined };
}

function valueFrom({ from, values }: Pieces, start: bigint | undefined): Rational {
  return values[start === undefined ? 0 : from.filter((threshold) => threshold <= start).length]!;
}

/** The steps of a form, if all are on one attribute. */
function stepPieces({ steps }: Form): Pieces | undefined {
  const sorted = [...steps].map(([key, u]) => ({ ...readStepKey(key), u }));
  const slot = sorted[0]?.slot;
  if (sorted.some((step) => step.slot !== slot)) return undefined;
  sorted.sort((a, b) => (a.threshold < b.threshold ? -1 : 1));
  const values = [ZERO];
  for (const { u } of sorted) values.push(add(values.at(-1)!, u));
  return { slot, from: sorted.map(({ threshold }) => threshold), values };
}

/** The leaves of a tree, if all its tests are on one attribute. */
function branchPieces(branch: Branch, value: (leaf: number) => Rational): Pieces | undefined {
  if (typeof branch === 'number') return constantPieces(value(branch));
  const { slot, threshold } = branch;
  const below = branchPieces(branch.below, value);
  const above = branchPieces(branch.above, value);
  if (below === undefined || above === undefined) return undefined;
  if ((below.slot ?? slot) !== slot || (above.slot ?? slot) !== slot) return undefined;
  const kept = below.from.filter((start) => start < threshold);
  const later = above.from.filter((start) => start > threshold);
  return {
    slot,
    from: [...kept, threshold, ...later],
    values: [...below.values.slice(0, kept.length + 1), ...above.values.slice(above.from.length - later.length)],
  };
}

/** Index of the largest of some values, the first of equal ones. */
export function indexOfLargest(values: readonly Rational[]): number {
  return values.reduce((best, value, i) => (compare(value, values[best]!) > 0n ? i : best), 0);
}
