import type { NetworkModel } from '@assay/model';
import { schema } from './sample.ts';

/** A small network over the sample schema: it reads slot 6 alone, and conforms. */
export function networkModel(): NetworkModel {
  const row = (length: number, of: (i: number) => bigint) => Array.from({ length }, (_, i) => of(i));
  return {
    family: 'network',
    schemaId: schema.id,
    first: {
      weights: Array.from({ length: 32 }, (_, i) => row(32, (j) => (j === 6 ? BigInt(1000 * (i - 15)) : 0n))),
      biases: row(32, (i) => BigInt(i - 10) * 2n ** 30n),
    },
    second: {
      weights: Array.from({ length: 16 }, (_, k) => row(32, (i) => BigInt(((3 * k + 5 * i) % 17) - 8))),
      biases: row(16, (k) => BigInt(k) - 7n),
    },
    outputWeights: row(16, (k) => BigInt(k) - 6n),
    outputBias: 10n,
    cutoff: 1_000n,
    slotNorms: row(32, (j) => (j === 6 ? 16_000n : 0n)),
    biasNorm: 2n ** 35n,
    growth: [2n ** 45n, 2n ** 50n, 2n ** 45n],
    free: 2n ** 70n,
    readMask: 1n << 6n,
  };
}
