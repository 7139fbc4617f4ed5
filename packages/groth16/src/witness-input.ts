import { SCALAR_FIELD_ORDER } from './bn254.ts';
import { Groth16Error } from './error.ts';

/** One input signal: a field element in [0, r), or an array of them, nested as in the circuit. */
export type WitnessValue = bigint | readonly WitnessValue[];

/** Every input signal of a circuit, by its name in the main template. */
export type WitnessInput = Readonly<Record<string, WitnessValue>>;

/** What a circuit says of its input. */
export interface InputShape {
  /** Values of all signals together. */
  readonly inputCount: number;
  /** Values of the signal with this {@link signalHash}; 0 when there is none. */
  sizeOf(hash: bigint): number;
}

/** The values of one signal, in the order of its indices. */
export interface SignalValues {
  readonly hash: bigint;
  readonly values: readonly bigint[];
}

/**
 * The signals of an input, after it was checked that they are all that the circuit takes.
 *
 * @throws Groth16Error `MALFORMED_INPUT` for a signal that is unknown, missing, of another length or outside the field
 */
export function arrangeInput(input: WitnessInput, shape: InputShape): SignalValues[] {
  const signals = Object.entries(input).map(([name, value]): SignalValues => {
    const values = flatten(value);
    const hash = signalHash(name);
    const size = shape.sizeOf(hash);
    if (size <= 0 && values.length > 0)
      throw new Groth16Error('MALFORMED_INPUT', `the circuit has no input signal ${name}`);
    if (size !== values.length) {
      throw new Groth16Error(
        'MALFORMED_INPUT',
        `input signal ${name} takes ${size} values, ${values.length} were given`,
      );
    }
    if (values.some((v) => typeof v !== 'bigint' || v < 0n || v >= SCALAR_FIELD_ORDER)) {
      throw new Groth16Error('MALFORMED_INPUT', `input signal ${name} has a value outside the field`);
    }
    return { hash, values };
  });
  const given = signals.reduce((sum, signal) => sum + signal.values.length, 0);
  if (given !== shape.inputCount) {
    throw new Groth16Error(
      'MALFORMED_INPUT',
      `the circuit takes ${shape.inputCount} input values, ${given} were given`,
    );
  }
  return signals;
}

/** FNV-1a, 64 bits, of a signal's name: how circom looks up input signals. */
export function signalHash(name: string): bigint {
  const bytes = new TextEncoder().encode(name);
  return bytes.reduce((hash, byte) => BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n), 0xcbf29ce484222325n);
}

function flatten(value: WitnessValue): bigint[] {
  return typeof value === 'object' ? value.flatMap(flatten) : [value];
}
