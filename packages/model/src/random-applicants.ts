import { type Attribute, type Schema, SLOTS } from '@assay/schema';

/**
 * Encoded applicants within the schema's ranges, the same for the same seed. Half of the values lie in the low hundredth of a range,
 * where real amounts are.
 */
export function* randomApplicants(schema: Schema, count: number, seed: bigint): Generator<readonly bigint[]> {
  const below = sequence(seed);
  for (let i = 0; i < count; i++) {
    const x = new Array<bigint>(SLOTS).fill(0n);
    for (const attribute of schema.attributes) x[attribute.slot] = randomValue(attribute, below);
    yield x;
  }
}

/** Uniform below `limit`, from a linear congruential sequence (Knuth's MMIX): of no use where chance has to be hidden. */
export function sequence(seed: bigint): (limit: bigint) => bigint {
  let state = seed;
  return (limit) => {
    state = (state * 6364136223846793005n + 1442695040888963407n) & ((1n << 64n) - 1n);
    return ((state >> 11n) * limit) >> 53n;
  };
}

function randomValue(attribute: Attribute, below: (limit: bigint) => bigint): bigint {
  if (attribute.kind === 'code') return BigInt(attribute.codes[Number(below(BigInt(attribute.codes.length)))]!.code);
  const range = attribute.maxEncoded + 1n;
  return below(below(2n) === 0n || range < 100n ? range : range / 100n);
}
