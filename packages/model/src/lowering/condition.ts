import type { Attribute } from '@assay/schema';
import { ONE, ratio } from '../rational.ts';
import type { Chain, Element } from './element.ts';
import { addForms, constantForm, type Form, negateForm, stepForm } from './form.ts';
import { piecesOf } from './pieces.ts';
import type { Operation } from './value.ts';

/** A predicate of one attribute: `first` at 0, turned round at each of `flips`, which ascend. */
export interface Condition {
  readonly slot: number;
  readonly first: boolean;
  readonly flips: readonly bigint[];
}

/** A comparison of a float with constants. */
export type Comparison =
  /** `holds` changes at most once as the value rises. */
  | { readonly kind: 'monotone'; readonly holds: (value: number) => boolean }
  /** One of some values, or (`among` false) none of them. */
  | { readonly kind: 'member'; readonly values: readonly number[]; readonly among: boolean };

/**
 * A comparison of an element as a predicate of the attribute that it comes from, at exact encoded integers. The element has to
 * depend on one attribute alone, by a monotone float function or in steps that floats hold exactly.
 *
 * @throws ModelError `not_additive`, `unstable_threshold`
 */
export function conditionOf(op: Operation, element: Element, comparison: Comparison): Condition {
  if (element.chain !== undefined) return chainCondition(op, element.chain, comparison);
  const pieces = piecesOf(element);
  if (pieces === undefined) throw op.refuse('compares a value computed from several attributes', 'not_additive');
  const holds = predicateOf(comparison);
  const [head, ...rest] = pieces.values.map(({ num, den }) => holds(Number(num) / Number(den)));
  const flips = pieces.from.filter((_, i) => rest[i] !== (i === 0 ? head : rest[i - 1]));
  return { slot: pieces.slot ?? 0, first: head!, flips };
}

/** A condition as 1 where it holds, 0 elsewhere. */
export function conditionForm({ slot, first, flips }: Condition): Form {
  let form = constantForm(ratio(first ? 1n : 0n));
  for (const [i, flip] of flips.entries()) {
    const step = stepForm(slot, flip, ONE);
    form = addForms(form, first === (i % 2 === 0) ? negateForm(step) : step);
  }
  return form;
}

function predicateOf(comparison: Comparison): (value: number) => boolean {
  if (comparison.kind === 'monotone') return comparison.holds;
  const { values, among } = comparison;
  return (value) => values.includes(value) === among;
}

/** Whether one of two conditions on the same attribute holds. */
export function eitherOf(a: Condition, b: Condition): Condition {
  const holds = ({ first, flips }: Condition, x: bigint) =>
    first !== (flips.filter((flip) => flip <= x).length % 2 === 1);
  const either = (x: bigint) => holds(a, x) || holds(b, x);
  const starts = [...new Set([...a.flips, ...b.flips])].sort((one, other) => (one < other ? -1 : 1));
  return { slot: a.slot, first: either(0n), flips: starts.filter((start) => either(start) !== either(start - 1n)) };
}

function chainCondition(op: Operation, chain: Chain, comparison: Comparison): Condition {
  const { attribute } = chain;
  const { slot, maxEncoded } = attribute;
  if (comparison.kind === 'monotone') {
    const { at, last } = crossing(op, chain, comparison.holds);
    return withinDomain(attribute, at === 0n ? { slot, first: last, flips: [] } : { slot, first: !last, flips: [at] });
  }
  // Each value holds on one interval; where two meet, their ends cancel.
  const rising = chain.at(maxEncoded) >= chain.at(0n);
  const start = (reached: (value: number) => boolean) => {
    const { at, last } = crossing(op, chain, reached);
    return last ? at : maxEncoded + 1n;
  };
  const ends = new Set<bigint>();
  for (const member of new Set(comparison.values)) {
    const from = start((value) => (rising ? value >= member : value <= member));
    const to = start((value) => (rising ? value > member : value < member));
    if (from < to) for (const end of [from, to]) if (!ends.delete(end)) ends.add(end);
  }
  const flips = [...ends].filter((end) => end > 0n && end <= maxEncoded).sort((a, b) => (a < b ? -1 : 1));
  return withinDomain(attribute, { slot, first: ends.has(0n) === comparison.among, flips });
}

/** The same for every code that the schema lists, at listed codes: between them nobody is. */
function withinDomain(attribute: Attribute, condition: Condition): Condition {
  if (attribute.kind !== 'code') return condition;
  // A missing code's slot holds 0.
  const missing = attribute.missingFlag === undefined ? [] : [0n];
  const codes = [...new Set([...missing, ...attribute.codes.map(({ code }) => BigInt(code))])];
  const flips = new Set<bigint>();
  for (const flip of condition.flips) {
    const code = codes.find((listed) => listed >= flip);
    if (code !== undefined && !flips.delete(code)) flips.add(code);
  }
  const first = condition.first !== flips.delete(codes[0]!);
  return { slot: condition.slot, first, flips: [...flips].sort((a, b) => (a < b ? -1 : 1)) };
}

/**
 * Where a predicate of a monotone float function changes: it is `last` from `at` on and was not before; `at` is 0 where it never
 * changes. Bisection finds it, since the predicate changes at most once on the attribute's range.
 */
function crossing(op: Operation, chain: Chain, holds: (value: number) => boolean): { at: bigint; last: boolean } {
  const { attribute } = chain;
  const last = holds(chain.at(attribute.maxEncoded));
  let [below, at] = [-1n, attribute.maxEncoded];
  while (at - below > 1n) {
    const middle = (below + at) / 2n;
    if (holds(chain.at(middle)) === last) at = middle;
    else below = middle;
  }
  if (below >= 0n && holds(chain.atByDouble(below)) === last) throw unstable(op, attribute);
  if (holds(chain.atByDouble(at)) !== last) throw unstable(op, attribute);
  return { at, last };
}

function unstable(op: Operation, attribute: Attribute): Error {
  return op.refuse(
    `its threshold on ${attribute.name} depends on whether values are narrowed by way of binary64`,
    'unstable_threshold',
  );
}
