import { clausesOf, clauseValues } from './clause-values.ts';
import type { CompiledPolicy } from './compiled-policy.ts';
import { CLAUSES } from './limits.ts';

/**
 * The slots because of which 32 encoded attributes do not satisfy a policy: those of the clauses that fail in the conjunction
 * with the fewest that do (the first of several), in the order of the clauses. None when the policy holds, or never can.
 *
 * @param x encoded attributes by slot, each below 2^40
 */
export function failedSlots(policy: CompiledPolicy, x: readonly bigint[]): number[] {
  const holds = clauseValues(policy, x);
  const [fewest = []] = policy.conjunctions
    .map((mask) => clausesOf(mask).filter((bit) => !holds(bit)))
    .sort((a, b) => a.length - b.length);
  return [...new Set(fewest.flatMap((bit) => slotsOf(policy, bit)))];
}

function slotsOf({ clauses, sets }: CompiledPolicy, bit: number): number[] {
  if (bit >= CLAUSES) return [sets[bit - CLAUSES]!.slot];
  const { i, j, a, b } = clauses[bit]!;
  return [...(a === 0n ? [] : [i]), ...(b === 0n ? [] : [j])];
}
