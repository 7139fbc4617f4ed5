import { GROUPS, PARTITIONS } from '@assay/field';
import type { FairnessPolicy } from './fairness-policy.ts';
import type { TallyOpening } from './tally.ts';

/** Verdict of a partition as the public signals have it. */
export const VERDICTS = ['unused', 'PASS', 'FAIL', 'INDETERMINATE'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** Verdict of each of the four partitions (docs/spec/statements.md, section 8), in exact integers. */
export function verdictsOf(policy: FairnessPolicy, opening: TallyOpening): Verdict[] {
  return Array.from({ length: PARTITIONS }, (_, p) => verdictOf(policy, p, opening.sizes[p]!, opening.approvals[p]!));
}

function verdictOf(policy: FairnessPolicy, p: number, sizes: readonly number[], approvals: readonly number[]): Verdict {
  const rule = policy.partitions[p]!;
  if (!rule.used) return 'unused';
  const tested = (g: number): boolean => (rule.testedMask & (1 << g)) !== 0;
  const n = sizes.map((size, g) => (tested(g) ? BigInt(size) : 0n));
  const x = approvals.map((count, g) => (tested(g) ? BigInt(count) : 0n));
  const nMin = BigInt(policy.document.nMin);
  const judged = n.map((size) => size >= nMin);

  const h = rule.fixedReference ? rule.reference : highestRate(n, x, judged);
  const valid = h !== undefined && judged[h]! && x[h]! > 0n;
  const { ratio, significance } = policy.document;
  let insignificantlyLow = false;
  for (let g = 0; valid && g < GROUPS; g++) {
    if (!judged[g] || !isLow(ratio, x[g]!, n[g]!, x[h]!, n[h]!)) continue;
    if (!significance.required || isSignificant(significance, x[g]!, n[g]!, x[h]!, n[h]!)) return 'FAIL';
    insignificantlyLow = true;
  }
  const tooSmall = n.some((size, g) => size > 0n && !judged[g]);
  return !valid || tooSmall || insignificantlyLow ? 'INDETERMINATE' : 'PASS';
}

/** The group with the highest rate among those judged, the lowest index on ties. */
function highestRate(n: readonly bigint[], x: readonly bigint[], judged: readonly boolean[]): number | undefined {
  let best: number | undefined;
  for (let g = 0; g < GROUPS; g++) {
    if (judged[g] && (best === undefined || x[g]! * n[best]! > x[best]! * n[g]!)) best = g;
  }
  return best;
}

function isLow(ratio: { num: number; den: number }, xg: bigint, ng: bigint, xh: bigint, nh: bigint): boolean {
  return BigInt(ratio.den) * xg * nh < BigInt(ratio.num) * xh * ng;
}

function isSignificant(z: { zNum: number; zDen: number }, xg: bigint, ng: bigint, xh: bigint, nh: bigint): boolean {
  const difference = xg * nh - xh * ng;
  const x = xg + xh;
  const n = ng + nh;
  return BigInt(z.zDen) * difference * difference * n > BigInt(z.zNum) * ng * nh * x * (n - x);
}
