/** An exact fraction in lowest terms, `den > 0`. */
export interface Rational {
  readonly num: bigint;
  readonly den: bigint;
}

/** 0 */
export const ZERO: Rational = { num: 0n, den: 1n };
/** 1 */
export const ONE: Rational = { num: 1n, den: 1n };

/** The fraction `num / den`; `den` must not be 0. */
export function ratio(num: bigint, den = 1n): Rational {
  if (num === 0n) return ZERO;
  const divisor = den < 0n ? -gcd(num, den) : gcd(num, den);
  return { num: num / divisor, den: den / divisor };
}

/** The exact value of a finite binary64 number (and so of any binary32 number). */
export function exact(value: number): Rational {
  if (!Number.isFinite(value)) throw new RangeError('not a finite number');
  let power = 0;
  let whole = value;
  while (!Number.isInteger(whole)) {
    whole *= 2;
    power++;
  }
  return ratio(BigInt(whole), 1n << BigInt(power));
}

/** a + b */
export function add(a: Rational, b: Rational): Rational {
  if (a.num === 0n) return b;
  if (b.num === 0n) return a;
  return ratio(a.num * b.den + b.num * a.den, a.den * b.den);
}

/** a * b */
export function mul(a: Rational, b: Rational): Rational {
  return ratio(a.num * b.num, a.den * b.den);
}

/** -a */
export function neg(a: Rational): Rational {
  return { num: -a.num, den: a.den };
}

/** |a| */
export function abs(a: Rational): Rational {
  return a.num < 0n ? neg(a) : a;
}

/** 1 / a; `a` must not be 0. */
export function inverse(a: Rational): Rational {
  return ratio(a.den, a.num);
}

/** Negative, zero or positive as a is less than, equal to or greater than b. */
export function compare(a: Rational, b: Rational): bigint {
  return a.num * b.den - b.num * a.den;
}

/** The smallest integer that is not below a. */
export function ceil(a: Rational): bigint {
  return -floorDiv(-a.num, a.den);
}

/** The integer nearest to a, halves upwards. */
export function round(a: Rational): bigint {
  return floorDiv(2n * a.num + a.den, 2n * a.den);
}

/**
 * A fraction not below a (`a >= 0`) and larger by less than a part in 2^95, whose denominator is a power of two: keeps the figures of bounds short.
 */
export function roundUp(a: Rational): Rational {
  const shift = 96n - (bitLength(a.num) - bitLength(a.den));
  if (a.den <= 1n << 96n && a.num <= 1n << 128n) return a;
  return shift >= 0n
    ? ratio(ceil({ num: a.num << shift, den: a.den }), 1n << shift)
    : ratio(ceil({ num: a.num, den: a.den << -shift }) << -shift);
}

/** Number of binary digits of |value|. */
export function bitLength(value: bigint): bigint {
  return value === 0n ? 0n : BigInt((value < 0n ? -value : value).toString(2).length);
}

function gcd(a: bigint, b: bigint): bigint {
  let [x, y] = [a < 0n ? -a : a, b < 0n ? -b : b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}

function floorDiv(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a % b < 0n ? quotient - 1n : quotient;
}
