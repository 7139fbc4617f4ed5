import { add, type Rational, ratio } from '../rational.ts';

/** Unit roundoff of binary32, 2^-24. */
export const UNIT: Rational = ratio(1n, 1n << 24n);
/** `1 + u` */
export const ONE_PLUS_UNIT: Rational = add(ratio(1n), UNIT);
/** What a product or quotient may lose to underflow: half the smallest subnormal, rounded up to the whole of it. */
export const TINY: Rational = ratio(1n, 1n << 149n);
/** Relative error of narrowing a decimal, directly or by way of binary64. */
export const INPUT_UNIT: Rational = add(UNIT, ratio(1n, 1n << 52n));

/** `gamma_n = n u / (1 - n u)`: bounds the product of n factors `1 + delta`, |delta| <= u (Higham 2002, lemma 3.1). */
export function gamma(n: number): Rational {
  return ratio(BigInt(n), (1n << 24n) - BigInt(n));
}
