import { SCALAR_FIELD_ORDER } from '../bn254.ts';

/** Bytes of a field element in a calculator's memory: its form and a small value in 8, and 32 for a large one. */
export const SLOT_BYTES = 40;

const HALF = SCALAR_FIELD_ORDER / 2n;
const BINARY_MASK = (1n << 254n) - 1n;
const SHIFT_LIMIT = 254n;
const R_INVERSE = power(1n << 256n, SCALAR_FIELD_ORDER - 2n);

/** Binary operators on field elements in [0, r), as circom defines them; comparisons and logic give 0 or 1. */
export type BinaryOperator = keyof typeof BINARY_OPERATORS;

/** Unary operators, likewise. */
export type UnaryOperator = keyof typeof UNARY_OPERATORS;

/**
 * What circom's binary operators give. Comparisons take values above (r-1)/2 for negative. Bitwise operators work on 254 bits
 * and reduce. Division by zero gives zero; quotient and remainder by zero are for the caller to exclude.
 */
export const BINARY_OPERATORS = {
  add: (a: bigint, b: bigint): bigint => reduceOnce(a + b),
  sub: (a: bigint, b: bigint): bigint => reduceOnce(a - b + SCALAR_FIELD_ORDER),
  mul: (a: bigint, b: bigint): bigint => modulo(a * b),
  div: (a: bigint, b: bigint): bigint => modulo(a * inverse(b)),
  pow: (a: bigint, b: bigint): bigint => power(a, b),
  idiv: (a: bigint, b: bigint): bigint => (b === 0n ? 0n : a / b),
  mod: (a: bigint, b: bigint): bigint => (b === 0n ? 0n : a % b),
  shl: (a: bigint, b: bigint): bigint => shiftLeft(a, signed(b)),
  shr: (a: bigint, b: bigint): bigint => shiftLeft(a, -signed(b)),
  band: (a: bigint, b: bigint): bigint => modulo(a & b),
  bor: (a: bigint, b: bigint): bigint => modulo(a | b),
  bxor: (a: bigint, b: bigint): bigint => modulo(a ^ b),
  eq: (a: bigint, b: bigint): bigint => truth(a === b),
  neq: (a: bigint, b: bigint): bigint => truth(a !== b),
  lt: (a: bigint, b: bigint): bigint => truth(signed(a) < signed(b)),
  gt: (a: bigint, b: bigint): bigint => truth(signed(a) > signed(b)),
  leq: (a: bigint, b: bigint): bigint => truth(signed(a) <= signed(b)),
  geq: (a: bigint, b: bigint): bigint => truth(signed(a) >= signed(b)),
  land: (a: bigint, b: bigint): bigint => truth(a !== 0n && b !== 0n),
  lor: (a: bigint, b: bigint): bigint => truth(a !== 0n || b !== 0n),
} as const;

/** What circom's unary operators give. */
export const UNARY_OPERATORS = {
  neg: (a: bigint): bigint => modulo(SCALAR_FIELD_ORDER - a),
  bnot: (a: bigint): bigint => modulo(BINARY_MASK ^ a),
  lnot: (a: bigint): bigint => truth(a === 0n),
} as const;

/** The integer in [-(r-1)/2, (r-1)/2] that a field element stands for in comparisons and indices. */
export function signed(value: bigint): bigint {
  return value > HALF ? value - SCALAR_FIELD_ORDER : value;
}

/** What a calculator takes a field element for where it needs a 32-bit integer. */
export function toInt32(value: bigint): number {
  return Number(BigInt.asIntN(32, signed(value)));
}

/** Reads a field element: a 32-bit signed integer, or with bit 7 of byte 7 a long one, with bit 6 too in Montgomery form. */
export function decodeSlot(words: ArrayLike<number>, at: number): bigint {
  const form = words[at + 1]! >>> 30;
  if (form < 2) return reduceOnce(BigInt(words[at]!) + SCALAR_FIELD_ORDER);
  let value = 0n;
  for (let word = 9; word >= 2; word--) value = (value << 32n) | BigInt(words[at + word]! >>> 0);
  return form === 2 ? value : modulo(value * R_INVERSE);
}

function shiftLeft(value: bigint, count: bigint): bigint {
  if (count <= -SHIFT_LIMIT || count >= SHIFT_LIMIT) return 0n;
  return count < 0n ? value >> -count : modulo((value << count) & BINARY_MASK);
}

/** The inverse, zero for zero. */
function inverse(value: bigint): bigint {
  return power(value, SCALAR_FIELD_ORDER - 2n);
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let square = modulo(base);
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = modulo(result * square);
    square = modulo(square * square);
  }
  return result;
}

/** Of a value below 2r; loops count with it. */
function reduceOnce(value: bigint): bigint {
  return value < SCALAR_FIELD_ORDER ? value : value - SCALAR_FIELD_ORDER;
}

function modulo(value: bigint): bigint {
  return value % SCALAR_FIELD_ORDER;
}

function truth(value: boolean): bigint {
  return value ? 1n : 0n;
}
