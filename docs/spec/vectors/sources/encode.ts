import type { Point } from '@assay/field';

/** A value as vectors write it: integers as decimal strings, bytes in hex, points as `[x, y]`. */
export type Vector = string | number | boolean | null | readonly Vector[] | { readonly [name: string]: Vector };

export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

export function pair({ x, y }: Point): Vector {
  return [String(x), String(y)];
}

/** Decimal strings, at any depth. */
export function decimals(value: unknown): Vector {
  if (typeof value === 'bigint') return String(value);
  if (Array.isArray(value)) return value.map(decimals);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, decimals(member)]));
  return value as Vector;
}
