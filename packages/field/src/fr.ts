import { FieldError } from './error.ts';

declare const frBrand: unique symbol;

/** An element of the BN254 scalar field: an integer in [0, r). */
export type Fr = bigint & { readonly [frBrand]: 'Fr' };

/** r: order of the BN254 groups and of the field in which the circuits work (EIP-196). */
export const FIELD_ORDER = 21888242871839275222246405745257275088548364400416034343698204186575808495617n;

/** Whether an integer is a canonical element, in [0, r). */
export function isFr(value: bigint): value is Fr {
  return value >= 0n && value < FIELD_ORDER;
}

/**
 * Takes an integer that has to be canonical.
 *
 * @throws FieldError `NOT_CANONICAL` outside [0, r).
 */
export function fr(value: bigint): Fr {
  if (!isFr(value)) throw new FieldError('NOT_CANONICAL', 'an integer lies outside the field');
  return value;
}

/** The residue of any integer. */
export function reduceFr(value: bigint): Fr {
  const reduced = value % FIELD_ORDER;
  return (reduced < 0n ? reduced + FIELD_ORDER : reduced) as Fr;
}

/**
 * Encodes a signed integer: negatives as `r - |v|`.
 *
 * @throws FieldError `NOT_CANONICAL` when `|v| > (r - 1) / 2`, where two integers would share one element.
 */
export function frFromSigned(value: bigint): Fr {
  const magnitude = value < 0n ? -value : value;
  if (magnitude > FIELD_ORDER >> 1n)
    throw new FieldError('NOT_CANONICAL', 'a signed integer is too large for the field');
  return reduceFr(value);
}

/** The signed integer in [-(r-1)/2, (r-1)/2] that an element encodes: the inverse of {@link frFromSigned}. */
export function signedFromFr(value: Fr): bigint {
  return value > FIELD_ORDER >> 1n ? value - FIELD_ORDER : value;
}

/**
 * The multiplicative inverse, by the extended Euclidean algorithm (its running time depends on the value).
 *
 * @throws FieldError `NOT_CANONICAL` for zero, which has none.
 */
export function invertFr(value: Fr): Fr {
  if (value === 0n) throw new FieldError('NOT_CANONICAL', 'zero has no inverse');
  let [r0, r1, s0, s1]: [bigint, bigint, bigint, bigint] = [FIELD_ORDER, value, 0n, 1n];
  while (r1 !== 0n) {
    const quotient = r0 / r1;
    [r0, r1] = [r1, r0 - quotient * r1];
    [s0, s1] = [s1, s0 - quotient * s1];
  }
  return reduceFr(s0);
}

/** Bits of an exponent that are taken together. */
const WINDOW = 5;

/** `base^exponent`, the exponent not negative: from its highest digit down, with a table of the odd powers up to 31 (Handbook of Applied Cryptography, 14.85). */
export function powFr(base: Fr, exponent: bigint): Fr {
  const square = (base * base) % FIELD_ORDER;
  const odd: bigint[] = [base];
  let result = 1n;
  for (const { zeros, digit } of windowsOf(exponent)) {
    for (let bit = 0; bit < zeros; bit++) result = (result * result) % FIELD_ORDER;
    while (odd.length <= digit >> 1) odd.push((odd.at(-1)! * square) % FIELD_ORDER);
    if (digit > 0) result = (result * odd[digit >> 1]!) % FIELD_ORDER;
  }
  return result as Fr;
}

/** An exponent as it is walked through: so many squarings, then a product with an odd power; 0 for none. */
interface ExponentWindow {
  readonly zeros: number;
  readonly digit: number;
}

/** Exponents are few, and the same ones again. */
const windows = new Map<bigint, readonly ExponentWindow[]>();

function windowsOf(exponent: bigint): readonly ExponentWindow[] {
  const known = windows.get(exponent);
  if (known !== undefined) return known;
  const bits = exponent === 0n ? '' : exponent.toString(2);
  const found: ExponentWindow[] = [];
  for (let at = 0; at < bits.length; ) {
    const one = bits.indexOf('1', at);
    if (one < 0) {
      found.push({ zeros: bits.length - at, digit: 0 });
      break;
    }
    const end = bits.lastIndexOf('1', Math.min(one + WINDOW, bits.length) - 1) + 1;
    found.push({ zeros: end - at, digit: Number.parseInt(bits.slice(one, end), 2) });
    at = end;
  }
  windows.set(exponent, found);
  return found;
}
