import { SCALAR_FIELD_ORDER } from '../bn254.ts';
import type { Groth16Error } from '../error.ts';
import {
  BINARY_OPERATORS,
  type BinaryOperator,
  decodeSlot,
  SLOT_BYTES,
  toInt32,
  UNARY_OPERATORS,
  type UnaryOperator,
} from './field-values.ts';
import { unsupported } from './unsupported.ts';

/** A module's memory and functions, as WebAssembly gives them. */
export interface CalledModule {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  readonly function: (name: string) => (...args: readonly number[]) => number | undefined;
}

const HALF = SCALAR_FIELD_ORDER / 2n;
/** Where forms and operators change: zero, signs, 32 and 64 bits, the middle and the end of the field; some without a pattern. */
const VALUES: readonly bigint[] = [
  ...[
    0n,
    1n,
    2n,
    3n,
    30n,
    31n,
    64n,
    253n,
    254n,
    255n,
    2n ** 31n - 1n,
    2n ** 31n,
    2n ** 32n + 5n,
    2n ** 64n,
    2n ** 253n,
  ],
  ...[HALF - 1n, HALF, HALF + 1n, 2n ** 200n + 0x1234_5678_9abc_def0n, 0x1b3c_5d7e_9f01n ** 5n],
].flatMap((value) => [value, (SCALAR_FIELD_ORDER - value) % SCALAR_FIELD_ORDER]);
const R = (1n << 256n) % SCALAR_FIELD_ORDER;
const PAGE = 1 << 16;

/**
 * Calls each function that the graph replaces, on values and in forms at which it could differ, and compares.
 *
 * @throws Groth16Error `UNSUPPORTED_CALCULATOR` naming the first function that is not what its name says
 */
export function checkFunctions(module: CalledModule): void {
  const base = module.memory.grow(1) * PAGE;
  const words = (): Int32Array => new Int32Array(module.memory.buffer, base, PAGE / 4);
  const [result, first, second] = [base, base + SLOT_BYTES, base + 2 * SLOT_BYTES];
  const put = (address: number, form: Form): void => words().set(form, (address - base) / 4);
  const get = (address: number): bigint => decodeSlot(words(), (address - base) / 4);
  const expect = (name: string, found: bigint | number | undefined, right: bigint | number): void => {
    if (found !== right) throw differs(name);
  };

  const operands = VALUES.flatMap((value) => formsOf(value).map((form) => ({ value, form })));
  for (const { value, form } of operands) {
    put(first, form);
    expect('decoding', get(first), value);
    for (const kind of Object.keys(UNARY_OPERATORS) as UnaryOperator[]) {
      put(first, form);
      module.function(`Fr_${kind}`)(result, first);
      expect(`Fr_${kind}`, get(result), UNARY_OPERATORS[kind](value));
      expect(`Fr_${kind}`, get(first), value);
    }
    module.function('Fr_inv')(result, first);
    expect('Fr_inv', get(result), BINARY_OPERATORS.div(1n, value));
    put(first, form);
    expect('Fr_isTrue', module.function('Fr_isTrue')(first), value === 0n ? 0 : 1);
    expect('Fr_toInt', module.function('Fr_toInt')(first), toInt32(value));
    for (const name of ['Fr_toNormal', 'Fr_toLongNormal', 'Fr_toMontgomery']) {
      module.function(name)(first);
      expect(name, get(first), value);
    }
    module.function('Fr_copy')(result, first);
    expect('Fr_copy', get(result), value);
    put(second, formsOf(17n)[0]!);
    module.function('Fr_copyn')(result, first, 2);
    expect('Fr_copyn', get(result), value);
    expect('Fr_copyn', get(first), 17n);
    module.function('Fr_int_zero')(result);
    for (const word of words().subarray(0, 8)) expect('Fr_int_zero', word, 0);
  }
  for (const [i, a] of VALUES.entries()) {
    for (const [j, b] of VALUES.entries()) {
      // With the next value, in another form: all pairs of forms come to be used, many times each.
      const [formA, formB] = [formsOf(a), formsOf(b)].map(
        (forms, which) => forms[(i * (1 + 2 * which) + j) % forms.length]!,
      );
      for (const kind of Object.keys(BINARY_OPERATORS) as BinaryOperator[]) {
        // By far the slowest; a few exponents tell it from everything else.
        if (kind === 'pow' && (i + j) % 16 !== 0) continue;
        put(first, formA!);
        put(second, formB!);
        const call = (): unknown => module.function(`Fr_${kind}`)(result, first, second);
        if (b === 0n && (kind === 'idiv' || kind === 'mod')) {
          if (!traps(call)) throw differs(`Fr_${kind}`);
          continue;
        }
        call();
        expect(`Fr_${kind}`, get(result), BINARY_OPERATORS[kind](a, b));
        expect(`Fr_${kind}`, get(first), a);
        expect(`Fr_${kind}`, get(second), b);
      }
      expect('Fr_eqR', module.function('Fr_eqR')(first, second), a === b ? 1 : 0);
    }
  }
}

type Form = readonly number[];

/** All ways in which a calculator may hold a value: short, short with its Montgomery form beside it, long, long Montgomery. */
function formsOf(value: bigint): readonly Form[] {
  const limbs = (number: bigint): number[] =>
    Array.from({ length: 8 }, (_, word) => Number(BigInt.asIntN(32, number >> BigInt(32 * word))));
  const montgomery = limbs((value * R) % SCALAR_FIELD_ORDER);
  const small = toInt32(value);
  const isSmall = (BigInt(small) + SCALAR_FIELD_ORDER) % SCALAR_FIELD_ORDER === value;
  return [
    ...(isSmall
      ? [
          [small, 0, ...limbs(0n)],
          [small, 0x4000_0000, ...montgomery],
        ]
      : []),
    [0, -0x8000_0000, ...limbs(value)],
    [0, -0x4000_0000, ...montgomery],
  ];
}

function traps(call: () => unknown): boolean {
  try {
    call();
    return false;
  } catch {
    return true;
  }
}

function differs(name: string): Groth16Error {
  return unsupported(`its function ${name} does not give what it does in circom 2`);
}
