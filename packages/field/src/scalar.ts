import { FieldError } from './error.ts';

declare const scalarBrand: unique symbol;

/** A multiplier of points of the prime-order subgroup of Baby Jubjub: an integer in [0, l). */
export type Scalar = bigint & { readonly [scalarBrand]: 'Scalar' };

/** l: order of the prime-order subgroup of Baby Jubjub (EIP-2494), a prime of 251 bits. */
export const SUBGROUP_ORDER = 2736030358979909402780800718157159386076813972158567259200215660948447373041n;

/**
 * Takes an integer that has to be a canonical scalar.
 *
 * @throws FieldError `NOT_CANONICAL` outside [0, l).
 */
export function scalar(value: bigint): Scalar {
  if (value < 0n || value >= SUBGROUP_ORDER) throw new FieldError('NOT_CANONICAL', 'an integer is no scalar below l');
  return value as Scalar;
}

/** The residue modulo l of any integer. */
export function reduceScalar(value: bigint): Scalar {
  const reduced = value % SUBGROUP_ORDER;
  return (reduced < 0n ? reduced + SUBGROUP_ORDER : reduced) as Scalar;
}
