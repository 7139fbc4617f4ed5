import type { Atom, Condition, IntervalAtom, MemberAtom } from './condition.ts';
import { PolicyError } from './error.ts';
import { INTERMEDIATE_CONJUNCTIONS } from './limits.ts';

/** Atoms that hold together. The empty conjunction is true. */
export type Conjunction = readonly Atom[];

const TRUE: readonly Conjunction[] = [[]];
const FALSE: readonly Conjunction[] = [];

/**
 * Disjunctive normal form: negations pushed to the atoms, bounds on the same sum merged, conjunctions dropped that
 * contradict themselves or imply another one. The order is the text's, so that a text has one normal form.
 *
 * @throws PolicyError `LIMIT_EXCEEDED` where a step has more than 256 conjunctions
 */
export function normalForm(condition: Condition): readonly Conjunction[] {
  return expand(condition, false);
}

function expand(condition: Condition, negated: boolean): readonly Conjunction[] {
  switch (condition.kind) {
    case 'constant':
      return condition.value !== negated ? TRUE : FALSE;
    case 'not':
      return expand(condition.operand, !negated);
    case 'member':
      return [[negated ? { ...condition, negated: !condition.negated } : condition]];
    case 'interval':
      return negated ? complement(condition) : [[condition]];
    case 'and':
    case 'or': {
      const parts = condition.operands.map((operand) => expand(operand, negated));
      const isProduct = (condition.kind === 'and') !== negated;
      return isProduct ? parts.reduce(product, TRUE) : withoutImplied(parts.flat());
    }
  }
}

/** Outside an interval is below it or above it. */
function complement(atom: IntervalAtom): readonly Conjunction[] {
  const below: Conjunction[] = atom.lo === undefined ? [] : [[{ ...atom, lo: undefined, hi: atom.lo - 1n }]];
  const above: Conjunction[] = atom.hi === undefined ? [] : [[{ ...atom, lo: atom.hi + 1n, hi: undefined }]];
  return [...below, ...above];
}

function product(left: readonly Conjunction[], right: readonly Conjunction[]): readonly Conjunction[] {
  const conjunctions = left.flatMap((l) =>
    right.flatMap((r) => {
      const both = [...l, ...r].reduce<Conjunction | undefined>((merged, atom) => merged && meet(merged, atom), []);
      return both === undefined ? [] : [both];
    }),
  );
  return withoutImplied(conjunctions);
}

/** The conjunction with one more atom, or `undefined` when it cannot hold any more. */
function meet(conjunction: Conjunction, atom: Atom): Conjunction | undefined {
  for (const [index, present] of conjunction.entries()) {
    if (atom.kind === 'interval' && present.kind === 'interval' && sameSum(atom, present)) {
      const lo = larger(atom.lo, present.lo);
      const hi = smaller(atom.hi, present.hi);
      return lo !== undefined && hi !== undefined && lo > hi
        ? undefined
        : conjunction.with(index, { ...present, lo, hi });
    }
    if (atom.kind === 'member' && present.kind === 'member' && sameSet(atom, present)) {
      return atom.negated === present.negated ? conjunction : undefined;
    }
  }
  return [...conjunction, atom];
}

/** Drops each conjunction that implies another one: the disjunction stays the same. Of equal ones the first stays. */
function withoutImplied(conjunctions: readonly Conjunction[]): readonly Conjunction[] {
  if (conjunctions.length > INTERMEDIATE_CONJUNCTIONS) {
    throw new PolicyError(
      'LIMIT_EXCEEDED',
      `the policy passes through more than ${INTERMEDIATE_CONJUNCTIONS} conjunctions in normal form`,
    );
  }
  return conjunctions.filter(
    (candidate, c) =>
      !conjunctions.some((other, o) => o !== c && implies(candidate, other) && (o < c || !implies(other, candidate))),
  );
}

function implies(stronger: Conjunction, weaker: Conjunction): boolean {
  return weaker.every((needed) => stronger.some((given) => atomImplies(given, needed)));
}

function atomImplies(given: Atom, needed: Atom): boolean {
  if (given.kind === 'member') {
    return needed.kind === 'member' && given.negated === needed.negated && sameSet(given, needed);
  }
  if (needed.kind === 'member' || !sameSum(given, needed)) return false;
  return larger(given.lo, needed.lo) === given.lo && smaller(given.hi, needed.hi) === given.hi;
}

function sameSum(left: IntervalAtom, right: IntervalAtom): boolean {
  return left.i === right.i && left.j === right.j && left.a === right.a && left.b === right.b;
}

function sameSet(left: MemberAtom, right: MemberAtom): boolean {
  return (
    left.slot === right.slot &&
    left.values.length === right.values.length &&
    left.values.every((value, i) => value === right.values[i])
  );
}

/** The larger of two lower bounds, `undefined` being minus infinity. */
function larger(left: bigint | undefined, right: bigint | undefined): bigint | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  return left > right ? left : right;
}

/** The smaller of two upper bounds, `undefined` being infinity. */
function smaller(left: bigint | undefined, right: bigint | undefined): bigint | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  return left < right ? left : right;
}
