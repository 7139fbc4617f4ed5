import { integerFromBytes } from './bytes.ts';
import { FIELD_ORDER, type Fr } from './fr.ts';
import { type Scalar, SUBGROUP_ORDER } from './scalar.ts';

/** A uniform field element from the operating system's generator. */
export function randomFr(): Fr {
  return randomBelow(FIELD_ORDER) as Fr;
}

/** A uniform scalar in [1, l) from the operating system's generator. */
export function randomScalar(): Scalar {
  return (1n + randomBelow(SUBGROUP_ORDER - 1n)) as Scalar;
}

/** Rejection sampling: draws as many bits as the bound has until they are below it, which has no bias. */
function randomBelow(bound: bigint): bigint {
  const bits = bound.toString(2).length;
  const bytes = new Uint8Array(Math.ceil(bits / 8));
  for (;;) {
    globalThis.crypto.getRandomValues(bytes);
    const candidate = integerFromBytes(bytes) & ((1n << BigInt(bits)) - 1n);
    if (candidate < bound) return candidate;
  }
}
