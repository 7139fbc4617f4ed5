import { FIELD_ORDER, type Fr, powFr } from './fr.ts';

// r - 1 = 2^28 * ODD. 5 generates the multiplicative group, so 5^ODD generates the subgroup of order 2^28.
const TWO_ADICITY = 28;
const ODD = (FIELD_ORDER - 1n) >> BigInt(TWO_ADICITY);
const ROOT_OF_UNITY = powFr(5n as Fr, ODD);

/** The square root in [0, (r-1)/2] of an element, or `undefined` when it has none (Tonelli and Shanks). */
export function sqrtFr(value: Fr): Fr | undefined {
  if (value === 0n) return value;
  let order = TWO_ADICITY;
  let generator: bigint = ROOT_OF_UNITY;
  let root: bigint = powFr(value, (ODD + 1n) >> 1n);
  let error: bigint = powFr(value, ODD);
  while (error !== 1n) {
    const errorOrder = logOrder(error);
    if (errorOrder >= order) return undefined;
    let correction = generator;
    for (let i = errorOrder + 1; i < order; i++) correction = (correction * correction) % FIELD_ORDER;
    root = (root * correction) % FIELD_ORDER;
    generator = (correction * correction) % FIELD_ORDER;
    error = (error * generator) % FIELD_ORDER;
    order = errorOrder;
  }
  return (root > FIELD_ORDER >> 1n ? FIELD_ORDER - root : root) as Fr;
}

/** k such that the element has order 2^k; {@link TWO_ADICITY} at most. */
function logOrder(element: bigint): number {
  let k = 0;
  for (let power = element; power !== 1n; power = (power * power) % FIELD_ORDER) k++;
  return k;
}
