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

/** `base^exponent`, the exponent not negative. */
export function powFr(base: Fr, exponent: bigint): Fr {
  let result = 1n;
  let square: bigint = base;
  for (let left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = (result * square) % FIELD_ORDER;
    square = (square * square) % FIELD_ORDER;
  }
  return result as Fr;
}
