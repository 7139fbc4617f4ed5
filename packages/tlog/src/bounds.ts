import { TlogError } from './error.ts';

/**
 * Refuses a tree size that a `number` cannot hold exactly: sizes are integers of 0 to 2^53 - 1.
 *
 * @throws TlogError `out-of-range`
 */
export function checkSize(size: number): void {
  if (!Number.isSafeInteger(size) || size < 0) {
    throw new TlogError('out-of-range', 'a tree size is an integer of 0 to 2^53 - 1');
  }
}

/**
 * Refuses an index that is not inside a tree of `size` entries.
 *
 * @throws TlogError `out-of-range`
 */
export function checkIndex(index: number, size: number): void {
  checkSize(size);
  if (!Number.isSafeInteger(index) || index < 0 || index >= size) {
    throw new TlogError('out-of-range', `an index into a tree of ${size} entries is an integer of 0 to size - 1`);
  }
}

/** The decimal of a size or index as the C2SP formats write it (no leading zero), else undefined. */
export function parseDecimal(text: string): number | undefined {
  if (!/^(0|[1-9][0-9]{0,15})$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : undefined;
}
