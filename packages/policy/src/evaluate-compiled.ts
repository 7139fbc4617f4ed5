import type { CompiledPolicy } from './compiled-policy.ts';
import { CLAUSES } from './limits.ts';

/**
 * Whether 32 encoded attributes satisfy a compiled policy, as the circuit decides it. Screening is no part of it.
 *
 * @param x encoded attributes by slot, each below 2^40
 */
export function evaluateCompiled(policy: CompiledPolicy, x: readonly bigint[]): boolean {
  const clauses = policy.clauses.map(({ i, j, a, b, lo, hi }) => {
    const sum = a * x[i]! + b * x[j]!;
    return lo <= sum && sum <= hi;
  });
  const sets = policy.sets.map(({ slot, negated, values }) => values.includes(x[slot]!) !== negated);
  const holds = (bit: number): boolean => (bit < CLAUSES ? clauses[bit] : sets[bit - CLAUSES]) === true;
  return policy.conjunctions.some((mask) =>
    Array.from({ length: 16 }, (_, bit) => bit).every((bit) => ((mask >> bit) & 1) === 0 || holds(bit)),
  );
}
