import { FIELD_ORDER } from './fr.ts';

/** What the designers' generator gives for a Poseidon permutation. */
export interface GrainNumbers {
  /** One list a round, one constant an element. */
  readonly constants: readonly (readonly bigint[])[];
  /** Of which the linear layer is made: `1 / (x_i + y_j)`. Below 2^254, not reduced. */
  readonly x: readonly bigint[];
  readonly y: readonly bigint[];
}

const FIELD_BITS = 254;
/** The register has 80 bits, here five words of 16, the oldest bit first. */
const WORD = 16;
const WORDS = 5;
/** Places of the bits whose sum is the next one. All are at most 64, so that a whole word can be summed at once. */
const TAPS = [0, 13, 23, 38, 51, 62] as const;
const DISCARDED_WORDS = 160 / WORD;

/**
 * Round constants and the numbers behind the matrix, from the Grain generator in its self-shrinking mode (eprint 2019/458, appendix F), for
 * the S-box `x^5` over the BN254 scalar field.
 */
export function grainNumbers(width: number, fullRounds: number, partialRounds: number): GrainNumbers {
  const nextBit = shrunkBits(seed(width, fullRounds, partialRounds));
  const number = (): bigint => {
    let text = '0b';
    for (let i = 0; i < FIELD_BITS; i++) text += nextBit();
    return BigInt(text);
  };
  const constant = (): bigint => {
    for (;;) {
      const candidate = number();
      if (candidate < FIELD_ORDER) return candidate;
    }
  };
  const list = (item: () => bigint): bigint[] => Array.from({ length: width }, item);
  const constants = Array.from({ length: fullRounds + partialRounds }, () => list(constant));
  return { constants, x: list(number), y: list(number) };
}

/** The register's first content: prime field, S-box, field size, width and rounds, then ones. */
function seed(width: number, fullRounds: number, partialRounds: number): number[] {
  const fields: readonly (readonly [value: number, bits: number])[] = [
    [1, 2],
    [0, 4],
    [FIELD_BITS, 12],
    [width, 12],
    [fullRounds, 10],
    [partialRounds, 10],
  ];
  const bits = fields
    .map(([value, length]) => value.toString(2).padStart(length, '0'))
    .join('')
    .padEnd(WORDS * WORD, '1');
  return Array.from({ length: WORDS }, (_, i) => Number.parseInt(bits.slice(i * WORD, (i + 1) * WORD), 2));
}

/** Of each pair of bits the second, where the first is one. */
function shrunkBits(register: number[]): () => number {
  const nextWord = (): number => {
    let sum = 0;
    for (const tap of TAPS) {
      const [at, offset] = [tap >> 4, tap & (WORD - 1)];
      sum ^= (register[at]! << offset) | ((register[at + 1] ?? 0) >> (WORD - offset));
    }
    register.shift();
    register.push(sum & 0xffff);
    return sum & 0xffff;
  };
  for (let i = 0; i < DISCARDED_WORDS; i++) nextWord();
  let word = 0;
  let left = 0;
  return () => {
    for (;;) {
      if (left === 0) {
        word = nextWord();
        left = WORD;
      }
      left -= 2;
      const pair = (word >> left) & 3;
      if (pair >= 2) return pair & 1;
    }
  };
}
