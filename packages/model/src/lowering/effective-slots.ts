import type { Branch } from './branching.ts';
import { readStepKey } from './form.ts';
import type { Score } from './score.ts';

/** Slots on which the exact score depends for some applicant (32 bits): those of its weights, its steps and its trees' tests. */
export function effectiveSlots({ form }: Pick<Score, 'form'>): bigint {
  let mask = 0n;
  for (const slot of form.linear.keys()) mask |= 1n << BigInt(slot);
  for (const key of form.steps.keys()) mask |= 1n << BigInt(readStepKey(key).slot);
  for (const [{ root }, leaves] of form.trees) {
    mask |= testedSlots(root, (leaf) => `${leaves[leaf]!.num}/${leaves[leaf]!.den}`).mask;
  }
  return mask;
}

/** Whether a slot is in a mask. */
export function hasSlot(mask: bigint, slot: number): boolean {
  return ((mask >> BigInt(slot)) & 1n) === 1n;
}

/** Slots tested above leaves that differ; `constant` is what every leaf of the branch holds, where they are the same. */
function testedSlots(branch: Branch, value: (leaf: number) => string): { mask: bigint; constant: string | undefined } {
  if (typeof branch === 'number') return { mask: 0n, constant: value(branch) };
  const below = testedSlots(branch.below, value);
  const above = testedSlots(branch.above, value);
  if (below.constant !== undefined && below.constant === above.constant) return below;
  return { mask: below.mask | above.mask | (1n << BigInt(branch.slot)), constant: undefined };
}
