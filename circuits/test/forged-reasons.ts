import type { Forger } from './forger.ts';

/** Overrides that let reason i select the slot that it names, and no other. */
export function selectedReason(forger: Forger, i: number, reason: bigint): Map<string, bigint> {
  const names = Array.from(
    { length: 33 },
    (_, j) => [`TopReasons_*.hot[${i}].out[${j}]`, reason === BigInt(j) ? 1n : 0n] as const,
  );
  return new Map([[`reasons[${i}]`, reason], ...names.filter(([name]) => forger.has(name))]);
}

/**
 * The keys that a claim selects, and every difference that is range-checked, as the claim makes them: `size` bits of each, of a
 * negative one as many as there are.
 */
export function differences(
  forger: Forger,
  found: readonly bigint[],
  claim: readonly bigint[],
  size: number,
): Map<string, bigint> {
  const keys = found.map((cost, j) => 32n * cost + 31n - BigInt(j));
  const chosen = [...claim.map((reason) => (reason === 0n ? 31n : keys[Number(reason) - 1]!)), 31n];
  const falling = claim.map((reason, i) => chosen[i]! - chosen[i + 1]! - (reason === 0n ? 0n : 1n));
  const smaller = keys.map((key, j) => (claim.includes(BigInt(j + 1)) ? 0n : chosen[3]! - key));
  const bits = (name: string, values: readonly bigint[]): [string, bigint][] =>
    values.flatMap((value, i) => [...forger.bits(`TopReasons_*.${name}[${i}].Num2Bits_*.out`, value, size)]);
  const selected = claim.flatMap((reason, i) =>
    keys.map((key, j) => [`TopReasons_*.named[${i}][${j}]`, reason === BigInt(j + 1) ? key : 0n] as const),
  );
  const compared = [
    ...chosen.map((key, i) => [`TopReasons_*.key[${i}]`, key] as const),
    ...smaller.map((margin, j) => [`TopReasons_*.margin[${j}]`, margin] as const),
  ];
  return new Map([
    ...[...selected, ...compared].filter(([name]) => forger.has(name)),
    ...bits('falling', falling),
    ...bits('smaller', smaller),
  ]);
}
