import { clausesOf, clauseValues } from './clause-values.ts';
import type { CompiledPolicy } from './compiled-policy.ts';

/**
 * Whether 32 encoded attributes satisfy a compiled policy, as the circuit decides it. Screening is no part of it.
 *
 * @param x encoded attributes by slot, each below 2^40
 */
export function evaluateCompiled(policy: CompiledPolicy, x: readonly bigint[]): boolean {
  const holds = clauseValues(policy, x);
  return policy.conjunctions.some((mask) => clausesOf(mask).every(holds));
}
