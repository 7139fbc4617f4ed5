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
  if (!policy.partitions[p]!.used) return 'unused';
  const { n, x, judged, h } = testedGroups(policy, p, sizes, approvals);
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

/** The reference group of a partition, undefined where no group is big enough to be one and the policy fixes none. */
export function referenceOf(policy: FairnessPolicy, p: number, opening: TallyOpening): number | undefined {
  return testedGroups(policy, p, opening.sizes[p]!, opening.approvals[p]!).h;
}

interface TestedGroups {
  /** Sizes and approvals, 0 for groups that are not tested. */
  readonly n: readonly bigint[];
  readonly x: readonly bigint[];
  /** Whether the group is big enough. */
  readonly judged: readonly boolean[];
  readonly h: number | undefined;
}

function testedGroups(
  policy: FairnessPolicy,
  p: number,
  sizes: readonly number[],
  approvals: readonly number[],
): TestedGroups {
  const rule = policy.partitions[p]!;
  const tested = (g: number): boolean => (rule.testedMask & (1 << g)) !== 0;
  const n = sizes.map((size, g) => (tested(g) ? BigInt(size) : 0n));
  const x = approvals.map((count, g) => (tested(g) ? BigInt(count) : 0n));
  const judged = n.map((size) => size >= BigInt(policy.document.nMin));
  return { n, x, judged, h: rule.fixedReference ? rule.reference : highestRate(n, x, judged) };
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
