import { add, type Rational, ZERO } from '../rational.ts';
import type { Branching } from './branching.ts';

/** What each leaf of each tree brings, by the tree's tests: trees with the same tests are one, so that their leaves add up. */
export type Leaves = ReadonlyMap<Branching, readonly Rational[]>;

/** a + b, leaf by leaf; a tree whose leaves all vanish is left out. */
export function addLeaves(a: Leaves, b: Leaves): Leaves {
  if (b.size === 0) return a;
  const sum = new Map(a);
  for (const [branching, leaves] of b) {
    const old = sum.get(branching);
    const total = old === undefined ? leaves : leaves.map((leaf, i) => add(leaf, old[i] ?? ZERO));
    if (total.every(({ num }) => num === 0n)) sum.delete(branching);
    else sum.set(branching, total);
  }
  return sum;
}

/** What `change` makes of every leaf. */
export function mapLeaves(a: Leaves, change: (leaf: Rational) => Rational): Leaves {
  return new Map([...a].map(([branching, leaves]) => [branching, leaves.map(change)]));
}
