import { FieldError } from './error.ts';
import { type Fr, fr } from './fr.ts';

/** Length of an encoded field element. */
export const FR_BYTES = 32;

/** Reads bytes as an unsigned integer, most significant byte first. */
export function integerFromBytes(bytes: Uint8Array): bigint {
  let hex = '';
  for (const byte of bytes) hex += byte.toString(16).padStart(2, '0');
  return hex === '' ? 0n : BigInt(`0x${hex}`);
}

/**
 * Writes an unsigned integer in `length` bytes, most significant first.
 *
 * @throws FieldError `NOT_CANONICAL` when it is negative or does not fit.
 */
export function integerToBytes(value: bigint, length: number): Uint8Array {
  if (value < 0n || value >> BigInt(8 * length) !== 0n) {
    throw new FieldError('NOT_CANONICAL', `an integer does not fit ${length} bytes`);
  }
  const bytes = new Uint8Array(length);
  for (let i = length - 1, left = value; left > 0n; i--, left >>= 8n) bytes[i] = Number(left & 0xffn);
  return bytes;
}

/**
 * The 32 bytes of a field element, most significant first.
 *
 * @throws FieldError `NOT_CANONICAL` outside [0, r).
 */
export function frToBytes(value: bigint): Uint8Array {
  return integerToBytes(fr(value), FR_BYTES);
}

/**
 * Reads a field element from exactly 32 bytes, most significant first.
 *
 * @throws FieldError `WRONG_LENGTH`; `NOT_CANONICAL` for r and above, so that each element has one encoding.
 */
export function frFromBytes(bytes: Uint8Array): Fr {
  if (bytes.length !== FR_BYTES) throw new FieldError('WRONG_LENGTH', 'a field element has 32 bytes');
  return fr(integerFromBytes(bytes));
}
