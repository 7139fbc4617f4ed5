import { FIELD_ORDER } from '@assay/field';
import { SLOTS } from '@assay/schema';
import { StatementError } from './error.ts';

/** A JSON object whose members have not been looked at. */
export type JsonMembers = Readonly<Record<string, unknown>>;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Parses UTF-8 JSON whose root is an object with exactly these members. @throws StatementError `malformed-document` */
export function parseMembers(bytes: Uint8Array, what: string, names: readonly string[]): JsonMembers {
  let value: unknown;
  try {
    value = JSON.parse(utf8.decode(bytes));
  } catch {
    // The parser's message would quote what it failed on.
    throw new StatementError('malformed-document', what, 'not JSON');
  }
  return exactMembers(value, what, names);
}

/** `value` as an object with exactly these members. @throws StatementError `malformed-document` */
export function exactMembers(value: unknown, what: string, names: readonly string[]): JsonMembers {
  const known = typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
  if (Object.keys(known).length === names.length && names.every((name) => Object.hasOwn(known, name))) {
    return known as JsonMembers;
  }
  throw new StatementError('malformed-document', what, `not an object with the members ${names.join(', ')}`);
}

/** A list of `length` items, each read by `item`. @throws StatementError `malformed-document` */
export function listOf<T>(
  value: unknown,
  what: string,
  length: number,
  item: (value: unknown, what: string) => T,
): readonly T[] {
  if (!Array.isArray(value) || value.length !== length) {
    throw new StatementError('malformed-document', what, `not a list of ${length}`);
  }
  return value.map((entry: unknown, i) => item(entry, `${what}[${i}]`));
}

/** A canonical decimal string. @throws StatementError `malformed-document` */
export function decimal(value: unknown, what: string): bigint {
  if (typeof value === 'string' && /^(0|-?[1-9][0-9]{0,79})$/.test(value)) return BigInt(value);
  throw new StatementError('malformed-document', what, 'not a canonical decimal');
}

/** A canonical decimal string of a field element. @throws StatementError `malformed-document`, `out-of-range` */
export function element(value: unknown, what: string): bigint {
  return within(decimal(value, what), what, 0n, FIELD_ORDER - 1n);
}

/** `value`, if it lies between two bounds, both included. @throws StatementError `out-of-range` */
export function within(value: bigint, what: string, min: bigint, max: bigint): bigint {
  if (value >= min && value <= max) return value;
  throw new StatementError('out-of-range', what, 'outside its range');
}

/** A canonical decimal string of a set of slots, one bit each. @throws StatementError `malformed-document`, `out-of-range` */
export function slotMask(value: unknown, what: string): bigint {
  return within(decimal(value, what), what, 0n, (1n << BigInt(SLOTS)) - 1n);
}
