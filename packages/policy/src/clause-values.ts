import type { CompiledPolicy } from './compiled-policy.ts';
import { CLAUSES } from './limits.ts';

/**
 * Whether each clause holds for 32 encoded attributes: bit c of a conjunction's mask is clause c, bit 12 + k set clause k. A bit
 * without a clause does not hold.
 */
export function clauseValues({ clauses, sets }: CompiledPolicy, x: readonly bigint[]): (bit: number) => boolean {
  const intervals = clauses.map(({ i, j, a, b, lo, hi }) => {
    const sum = a * x[i]! + b * x[j]!;
    return lo <= sum && sum <= hi;
  });
  const members = sets.map(({ slot, negated, values }) => values.includes(x[slot]!) !== negated);
  return (bit) => (bit < CLAUSES ? intervals[bit] : members[bit - CLAUSES]) === true;
}

/** The bits that are set in a conjunction's mask, ascending. */
export function clausesOf(mask: number): number[] {
  return Array.from({ length: 16 }, (_, bit) => bit).filter((bit) => ((mask >> bit) & 1) === 1);
}
