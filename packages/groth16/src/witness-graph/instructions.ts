/**
 * Instructions of a witness program. Each is a word `operation | count << 8`, then words with slots or indices: see
 * docs/spec/witness-graph.md, which also says which form (Montgomery or plain) operands and results have.
 */
export const OPERATION = {
  add: 0,
  subtract: 1,
  negate: 2,
  multiply: 3,
  /** A sum of products, slots added and slots subtracted. */
  sum: 4,
  /** As many inversions as it counts, at the price of one. */
  invert: 5,
  toMontgomery: 6,
  toPlain: 7,
  power: 8,
  quotient: 9,
  remainder: 10,
  shiftLeft: 11,
  shiftRight: 12,
  and: 13,
  or: 14,
  exclusiveOr: 15,
  not: 16,
  bit: 17,
  low: 18,
  equal: 19,
  different: 20,
  less: 21,
  lessOrEqual: 22,
  both: 23,
  either: 24,
  isZero: 25,
  select: 26,
  require: 27,
  requireEqual: 28,
  wireMontgomery: 29,
  wirePlain: 30,
  wireBoolean: 31,
} as const;

/** Name of an instruction. */
export type Operation = keyof typeof OPERATION;

/** An instruction on values, each of which is written once; they are given slots later. */
export interface Instruction {
  readonly operation: Operation;
  /** The values that it writes: none for requirements and wires, one for each operand for `invert`, else one. */
  readonly results: readonly number[];
  readonly operands: readonly number[];
  /** With `bit` and `low`, the bits; with `sum`, the numbers of products, added and subtracted values; with `invert`, of results. */
  readonly counts?: readonly number[];
  /** With requirements and wires, which one. */
  readonly index?: number;
}
