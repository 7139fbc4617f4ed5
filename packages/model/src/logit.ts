import { ModelError } from './error.ts';
import { type Rational, ratio } from './rational.ts';

/** Fixed-point places of the logarithm's computation. */
const PLACES = 256n;
/** What {@link logit} may be off by, at most. */
export const LOGIT_ERROR: Rational = ratio(1n, 1n << 230n);

/** Reads an exact decimal such as `0.5` or `-1.25`. */
export function decimal(text: string): Rational {
  const match = /^(-?)([0-9]{1,12})(?:\.([0-9]{1,24}))?$/.exec(text);
  if (match === null) throw new ModelError('bad_cutoff', 'the cutoff is not a plain decimal number');
  const [, sign, whole, fraction = ''] = match;
  const magnitude = ratio(BigInt(whole + fraction), 10n ** BigInt(fraction.length));
  return sign === '-' ? { num: -magnitude.num, den: magnitude.den } : magnitude;
}

/**
 * `ln(p / (1 - p))` to within {@link LOGIT_ERROR}; exactly 0 for one half.
 *
 * @param p strictly between 0 and 1
 */
export function logit(p: Rational): Rational {
  if (p.num <= 0n || p.num >= p.den)
    throw new ModelError('bad_cutoff', 'a probability cutoff lies strictly between 0 and 1');
  return ratio(naturalLog(p.num, p.den - p.num), 1n << PLACES);
}

/**
 * `ln(a / b) * 2^256`. With `a / b = m * 2^k`, m in [2/3, 4/3): `ln = 2 atanh((m - 1) / (m + 1)) + 2 k atanh(1/3)`.
 * Each series stops when its terms vanish; every term is truncated twice, by less than 2 units together. Decimals of at most 24
 * digits have |k| < 100, so at most about 200 terms of 100-fold weight: below 2^16 units, far inside LOGIT_ERROR (2^26 units).
 */
function naturalLog(a: bigint, b: bigint): bigint {
  let [num, den, k] = [a, b, 0n];
  while (3n * num >= 4n * den) [den, k] = [den * 2n, k + 1n];
  while (3n * num < 2n * den) [num, k] = [num * 2n, k - 1n];
  return 2n * atanh(num - den, num + den) + 2n * k * atanh(1n, 3n);
}

/** `atanh(num / den) * 2^256` for |num / den| <= 1/3, by its Taylor series. */
function atanh(num: bigint, den: bigint): bigint {
  let power = (num << PLACES) / den;
  let sum = 0n;
  for (let n = 1n; power !== 0n; n += 2n) {
    sum += power / n;
    power = (power * num * num) / (den * den);
  }
  return sum;
}
