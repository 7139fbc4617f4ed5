import { add, compare, divide, type Fraction, fraction, multiply, subtract } from './fraction.ts';

// Verdicts in rates and test statistics, as a statistician states them; the circuit has products of counts.

/** What one partition is judged by. */
export interface VerdictRules {
  /** A rate is low below this share of the reference's. */
  readonly ratio: Fraction;
  /** A difference is significant above this square of z. */
  readonly zSquare: Fraction;
  readonly needSignificance: boolean;
  readonly nMin: bigint;
}

/** One partition: what is compared in it, and its counts. */
export interface PartitionCounts {
  readonly used: boolean;
  /** The reference group that the policy fixes; undefined for the highest rate. */
  readonly reference: number | undefined;
  readonly tested: readonly boolean[];
  readonly sizes: readonly bigint[];
  readonly approvals: readonly bigint[];
}

interface Group {
  readonly size: bigint;
  readonly approvals: bigint;
}

export const [UNUSED, PASS, FAIL, INDETERMINATE] = [0n, 1n, 2n, 3n] as const;

export function verdict(rules: VerdictRules, partition: PartitionCounts): bigint {
  if (!partition.used) return UNUSED;
  const groups = testedGroups(partition);
  const h = reference(rules, partition);
  const judged = (group: Group): boolean => group.size >= rules.nMin;
  const valid = h !== undefined && judged(groups[h]!) && groups[h]!.approvals > 0n;
  let doubt = groups.some((group) => group.size > 0n && !judged(group));
  if (valid) {
    for (const group of groups.filter(judged)) {
      if (!isLow(rules, group, groups[h]!)) continue;
      if (!rules.needSignificance || isSignificant(rules, group, groups[h]!)) return FAIL;
      doubt = true;
    }
  }
  return valid && !doubt ? PASS : INDETERMINATE;
}

/** Index of the reference, undefined when there is none that could be. */
export function reference(rules: VerdictRules, partition: PartitionCounts): number | undefined {
  if (partition.reference !== undefined) return partition.reference;
  const candidates = testedGroups(partition).flatMap((group, g) => (group.size >= rules.nMin ? [{ group, g }] : []));
  candidates.sort((one, other) => compare(rate(other.group), rate(one.group)) || one.g - other.g);
  return candidates[0]?.g;
}

function testedGroups({ tested, sizes, approvals }: PartitionCounts): Group[] {
  return tested.map((yes, g) => (yes ? { size: sizes[g]!, approvals: approvals[g]! } : { size: 0n, approvals: 0n }));
}

function rate({ size, approvals }: Group): Fraction {
  return fraction(approvals, size);
}

function isLow({ ratio }: VerdictRules, group: Group, h: Group): boolean {
  return compare(rate(group), multiply(ratio, rate(h))) < 0;
}

/** Pooled two-proportion test: z^2 = (difference of rates)^2 / (p (1 - p) (1/n_g + 1/n_h)). */
function isSignificant({ zSquare }: VerdictRules, group: Group, h: Group): boolean {
  const pooled = fraction(group.approvals + h.approvals, group.size + h.size);
  const spread = multiply(pooled, subtract(fraction(1n), pooled));
  if (spread.numerator === 0n) return false; // all approved, or none: there is no difference
  const difference = subtract(rate(group), rate(h));
  const variance = multiply(spread, add(fraction(1n, group.size), fraction(1n, h.size)));
  return compare(divide(multiply(difference, difference), variance), zSquare) > 0;
}
