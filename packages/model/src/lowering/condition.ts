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

function chainCondition(op: Operation, chain: Chain, comparison: Comparison): Condition {
  const { slot, maxEncoded } = chain.attribute;
  if (comparison.kind === 'monotone') {
    const { at, last } = crossing(op, chain, comparison.holds);
    return at === 0n ? { slot, first: last, flips: [] } : { slot, first: !last, flips: [at] };
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
  return { slot, first: ends.has(0n) === comparison.among, flips };
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
