import {
  CalculatorException,
  type CalculatorExports,
  compileCalculator,
  FIELD_WORDS,
  instantiateCalculator,
  readShared,
  rejectedWitness,
  saysUnsatisfied,
} from './circom-calculator.ts';
import { Groth16Error } from './error.ts';
import type { WasmModule } from './webassembly.ts';
import { arrangeInput, type WitnessInput } from './witness-input.ts';
import { createWtns } from './wtns.ts';

export type { WitnessInput, WitnessValue } from './witness-input.ts';

/** Computes witnesses of one circuit. */
export interface WitnessCalculator {
  /** Number of wires. */
  readonly wireCount: number;
  /**
   * The value of each wire.
   *
   * @throws Groth16Error `MALFORMED_INPUT` for a signal that is unknown, missing, of another length or outside the field;
   * `WITNESS_REJECTED` when the inputs do not satisfy the circuit, naming the template and line that refused.
   */
  witness(input: WitnessInput): bigint[];
  /** The same values as the bytes of a `.wtns` file, which provers read; same errors. */
  wtns(input: WitnessInput): Uint8Array;
}

/** Computes one witness: {@link createWitnessCalculator} for a single use. */
export async function calculateWitness(wasm: Uint8Array, input: WitnessInput): Promise<bigint[]> {
  return (await createWitnessCalculator(wasm)).witness(input);
}

/**
 * Compiles the WebAssembly witness calculator that circom 2 wrote, to be used any number of times.
 *
 * What the circuit logs is discarded, and of what it says in an error only template names and line numbers are kept:
 * everything else could be an applicant's attribute. Each witness is computed in an instance of its own (m: 0.05 ms),
 * so that no value of one applicant stays in memory that the next one's computation can read.
 *
 * @throws Groth16Error `MALFORMED_CALCULATOR` when the bytes are no circom 2 calculator over BN254.
 */
export async function createWitnessCalculator(wasm: Uint8Array): Promise<WitnessCalculator> {
  const module = await compileCalculator(wasm);
  const wireCount = instantiateCalculator(module).exports.getWitnessSize();
  return {
    wireCount,
    witness: (input) => readWitness(runCalculator(module, input), wireCount),
    wtns: (input) => writeWtns(runCalculator(module, input), wireCount),
  };
}

/** Runs a circuit in an instance of its own: sets every input, the last of which computes all. Errors as of `witness`. */
export function runCalculator(module: WasmModule, input: WitnessInput): CalculatorExports {
  const { exports, places } = instantiateCalculator(module);
  try {
    exports.init(0);
    setInputs(exports, input);
    return exports;
  } catch (error) {
    if (error instanceof Groth16Error) throw error;
    // No cause: a trap's own message or stack is not needed, and must not carry values out.
    throw rejectedWitness(
      error instanceof CalculatorException && saysUnsatisfied(error.exceptionCode),
      places.join(' < '),
    );
  }
}

function setInputs(exports: CalculatorExports, input: WitnessInput): void {
  const halves = (hash: bigint): [high: number, low: number] => [Number(hash >> 32n), Number(hash & 0xffff_ffffn)];
  const signals = arrangeInput(input, {
    inputCount: exports.getInputSize(),
    sizeOf: (hash) => exports.getInputSignalSize(...halves(hash)),
  });
  for (const { hash, values } of signals) {
    for (const [index, value] of values.entries()) {
      for (let word = 0; word < FIELD_WORDS; word++) {
        exports.writeSharedRWMemory(word, Number(BigInt.asUintN(32, value >> BigInt(32 * word))));
      }
      exports.setInputSignal(...halves(hash), index);
    }
  }
}

function readWitness(exports: CalculatorExports, wireCount: number): bigint[] {
  return Array.from({ length: wireCount }, (_, wire) => {
    exports.getWitness(wire);
    return readShared(exports);
  });
}

function writeWtns(exports: CalculatorExports, wireCount: number): Uint8Array {
  const { file, values } = createWtns(wireCount);
  const view = new DataView(values.buffer, values.byteOffset);
  for (let wire = 0; wire < wireCount; wire++) {
    exports.getWitness(wire);
    for (let word = 0; word < FIELD_WORDS; word++) {
      view.setUint32(4 * (FIELD_WORDS * wire + word), exports.readSharedRWMemory(word), true);
    }
  }
  return file;
}
