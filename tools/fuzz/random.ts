import { createHash } from 'node:crypto';
import { FIELD_ORDER } from '@assay/field';

/** Numbers that follow from a seed, so that a run can be repeated. */
export class SeededRandom {
  readonly #seed: string;
  #block = Buffer.alloc(0);
  #counter = 0;

  constructor(seed: string) {
    this.#seed = seed;
  }

  /** An integer in [0, bound), bound at most 2^32; its bias is below bound / 2^32. */
  below(bound: number): number {
    return Number((BigInt(this.#bytes(4).readUInt32BE()) * BigInt(bound)) >> 32n);
  }

  /** True with the given probability. */
  chance(probability: number): boolean {
    return this.#bytes(4).readUInt32BE() < probability * 2 ** 32;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!;
  }

  element(): bigint {
    return BigInt(`0x${this.#bytes(40).toString('hex')}`) % FIELD_ORDER;
  }

  #bytes(count: number): Buffer {
    while (this.#block.length < count) {
      const next = createHash('sha512')
        .update(`${this.#seed}/${this.#counter++}`)
        .digest();
      this.#block = Buffer.concat([this.#block, next]);
    }
    const bytes = this.#block.subarray(0, count);
    this.#block = this.#block.subarray(count);
    return bytes;
  }
}
