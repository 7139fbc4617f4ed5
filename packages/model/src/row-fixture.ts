// Test only: encoded applicants at random.
import { type Attribute, type Schema, SLOTS } from '@assay/schema';

/** Uniform below `limit`, from a fixed sequence: failures repeat. */
export function generator(seed: number): (limit: bigint) => bigint {
  let state = BigInt(seed);
  return (limit) => {
    state = (state * 6364136223846793005n + 1442695040888963407n) & ((1n << 64n) - 1n);
    return ((state >> 11n) * limit) >> 53n;
  };
}

function randomValue(attribute: Attribute, below: (limit: bigint) => bigint): bigint {
  if (attribute.kind === 'code') return BigInt(attribute.codes[Number(below(BigInt(attribute.codes.length)))]!.code);
  // Half of the rows lie in the low hundredth of a range, where real amounts are.
  const range = attribute.maxEncoded + 1n;
  return below(below(2n) === 0n || range < 100n ? range : range / 100n);
}

/** Applicants within the schema's ranges, the same for the same seed. */
export function randomRows(schema: Schema, count: number, seed: number): bigint[][] {
  const below = generator(seed);
  return Array.from({ length: count }, () => {
    const x = new Array<bigint>(SLOTS).fill(0n);
    for (const attribute of schema.attributes) x[attribute.slot] = randomValue(attribute, below);
    return x;
  });
}
