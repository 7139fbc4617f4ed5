import { SchemaError } from './error.ts';

const DECIMAL = /^(-?)([0-9]{1,30})(?:\.([0-9]{1,30}))?$/;

/**
 * Reads a plain decimal as an exact integer of `digits` decimal places: `parseDecimal('a', '12.5', 2)` is `1250n`.
 * Zeros that only pad are accepted, any other digit beyond `digits` is refused, and so is an exponent.
 *
 * @throws SchemaError `not_a_decimal`, `too_many_digits`
 */
export function parseDecimal(field: string, text: string, digits: number): bigint {
  const match = DECIMAL.exec(text);
  if (match === null) throw new SchemaError('not_a_decimal', field, 'not a plain decimal number');
  const [, sign, whole, fraction = ''] = match;
  if (/[1-9]/.test(fraction.slice(digits))) {
    throw new SchemaError('too_many_digits', field, 'more digits after the point than declared', String(digits));
  }
  const magnitude = BigInt(whole + fraction.slice(0, digits).padEnd(digits, '0'));
  return sign === '-' ? -magnitude : magnitude;
}

/** Writes an integer of `digits` decimal places as a plain decimal with exactly that many places: the inverse of {@link parseDecimal}. */
export function formatDecimal(scaled: bigint, digits: number): string {
  const sign = scaled < 0n ? '-' : '';
  const figures = (scaled < 0n ? -scaled : scaled).toString().padStart(digits + 1, '0');
  if (digits === 0) return sign + figures;
  return `${sign}${figures.slice(0, -digits)}.${figures.slice(-digits)}`;
}
