import { bitLength, type Rational } from './rational.ts';

/** Largest finite binary32 number, `(2^24 - 1) * 2^104`. */
export const FLOAT32_MAX = ((1n << 24n) - 1n) << 104n;
const MIN_EXPONENT = -149n;

/**
 * The binary32 number nearest to a fraction, ties to even (IEEE 754-2019, 4.3.1), subnormals included. JavaScript's way
 * through binary64 would round twice.
 *
 * @throws RangeError beyond the largest finite number
 */
export function toFloat32(value: Rational): number {
  if (value.num === 0n) return 0;
  const magnitude = value.num < 0n ? -value.num : value.num;
  // value = q * 2^exponent with q of 24 bits
  let exponent = bitLength(magnitude) - bitLength(value.den) - 24n;
  if (exponent < MIN_EXPONENT) exponent = MIN_EXPONENT;
  if (quotient(magnitude, value.den, exponent) >= 1n << 24n) exponent += 1n;
  const significand = roundHalfEven(magnitude, value.den, exponent);
  if (exponent > 0n && significand << exponent > FLOAT32_MAX) throw new RangeError('beyond the range of binary32');
  const result = Number(significand) * 2 ** Number(exponent);
  return value.num < 0n && result !== 0 ? -result : result;
}

/** The same by way of binary64, as code does that parses decimals as doubles and then narrows them. */
export function toFloat32ByDouble(value: Rational): number {
  // + 0 makes one zero of the two.
  return Math.fround(toDouble(value)) + 0;
}

function toDouble(value: Rational): number {
  // 0 < bits kept: the quotient has 64 bits or more, its last one sticky, so that Number() rounds once and to even.
  const shift = 66n - (bitLength(value.num) - bitLength(value.den));
  if (value.num === 0n) return 0;
  const [num, den] = shift >= 0n ? [value.num << shift, value.den] : [value.num, value.den << -shift];
  const whole = num / den;
  const sticky = num % den === 0n ? 0n : value.num < 0n ? -1n : 1n;
  return Number(2n * whole + sticky) * 2 ** Number(-shift - 1n);
}

function scaled(num: bigint, den: bigint, exponent: bigint): [bigint, bigint] {
  return exponent >= 0n ? [num, den << exponent] : [num << -exponent, den];
}

function quotient(num: bigint, den: bigint, exponent: bigint): bigint {
  const [n, d] = scaled(num, den, exponent);
  return n / d;
}

function roundHalfEven(num: bigint, den: bigint, exponent: bigint): bigint {
  const [n, d] = scaled(num, den, exponent);
  const [whole, twice] = [n / d, 2n * (n % d)];
  return twice > d || (twice === d && (whole & 1n) === 1n) ? whole + 1n : whole;
}
