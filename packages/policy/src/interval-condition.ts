import { type Condition, constantCondition } from './condition.ts';
import { PolicyError, type Position } from './error.ts';
import { COEFFICIENT_LIMIT } from './limits.ts';
import type { LinearForm } from './linear-form.ts';

/** Encoded attributes are below this, whatever the schema's maximum: the circuit shows no more. */
export const ENCODED_LIMIT = 1n << 40n;

/**
 * The condition `lo <= form <= hi` over encoded attributes, in the one way the compiler writes it: coefficients without
 * common divisor, the first positive, slots ascending, bounds that always hold left out. Equal conditions come out equal,
 * so that conjunctions share clauses.
 *
 * @param form over encoded attributes
 * @throws PolicyError `TOO_MANY_ATTRIBUTES`, `OUT_OF_RANGE`
 */
export function intervalCondition(
  form: LinearForm,
  bounds: { readonly lo?: bigint; readonly hi?: bigint },
  position?: Position,
): Condition {
  const terms = [...form.coefficients].sort(([left], [right]) => left - right);
  if (terms.length > 2) {
    throw new PolicyError(
      'TOO_MANY_ATTRIBUTES',
      `one comparison reads ${terms.length} attributes, 2 are the most`,
      position,
    );
  }
  let lo = bounds.lo === undefined ? undefined : bounds.lo - form.constant;
  let hi = bounds.hi === undefined ? undefined : bounds.hi - form.constant;
  const [first, second] = terms;
  if (first === undefined) {
    return constantCondition((lo === undefined || lo <= 0n) && (hi === undefined || hi >= 0n));
  }

  const divisor = gcd(first[1], second?.[1] ?? 0n) * (first[1] < 0n ? -1n : 1n);
  if (divisor < 0n) [lo, hi] = [hi, lo];
  if (lo !== undefined) lo = -floorDivide(-lo, divisor);
  if (hi !== undefined) hi = floorDivide(hi, divisor);
  const a = first[1] / divisor;
  const b = (second?.[1] ?? 0n) / divisor;
  if (a >= COEFFICIENT_LIMIT || b >= COEFFICIENT_LIMIT || -b >= COEFFICIENT_LIMIT) {
    throw new PolicyError('OUT_OF_RANGE', 'a coefficient is 2^40 or more', position);
  }

  const most = ENCODED_LIMIT - 1n;
  const min = b < 0n ? b * most : 0n;
  const max = a * most + (b > 0n ? b * most : 0n);
  if (lo !== undefined && lo <= min) lo = undefined;
  if (hi !== undefined && hi >= max) hi = undefined;
  if (lo === undefined && hi === undefined) return constantCondition(true);
  if ((lo !== undefined && lo > max) || (hi !== undefined && hi < min)) return constantCondition(false);
  if (lo !== undefined && hi !== undefined && lo > hi) return constantCondition(false);
  return { kind: 'interval', i: first[0], j: second?.[0] ?? 0, a, b, lo, hi };
}

function gcd(left: bigint, right: bigint): bigint {
  let [a, b] = [left < 0n ? -left : left, right < 0n ? -right : right];
  while (b !== 0n) [a, b] = [b, a % b];
  return a;
}

/** Rounds towards minus infinity, for any signs. */
function floorDivide(value: bigint, divisor: bigint): bigint {
  const quotient = value / divisor;
  return quotient * divisor !== value && value < 0n !== divisor < 0n ? quotient - 1n : quotient;
}
