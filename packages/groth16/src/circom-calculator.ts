import { SCALAR_FIELD_ORDER } from './bn254.ts';
import { Groth16Error } from './error.ts';
import { type WasmModule, webAssembly } from './webassembly.ts';

/** The functions that circom fixes for calculators of version 2. */
export interface CalculatorExports {
  init(sanityCheck: number): void;
  getVersion(): number;
  getFieldNumLen32(): number;
  getRawPrime(): void;
  getWitnessSize(): number;
  getWitness(wire: number): void;
  getInputSize(): number;
  getInputSignalSize(hashHigh: number, hashLow: number): number;
  setInputSignal(hashHigh: number, hashLow: number, index: number): void;
  readSharedRWMemory(word: number): number;
  writeSharedRWMemory(word: number, value: number): void;
  getMessageChar(): number;
  readonly memory: { readonly buffer: ArrayBuffer };
}

/** A calculator that runs, and the places in the circuit that its last failure passed through, innermost first. */
export interface RunningCalculator {
  readonly exports: CalculatorExports;
  readonly places: readonly string[];
}

/** 32-bit words of a field element in the memory through which values go in and out. */
export const FIELD_WORDS = 8;

const ASSERT_FAILED = 4;

/**
 * Compiles a witness calculator.
 *
 * @throws Groth16Error `MALFORMED_CALCULATOR` when the bytes are no circom 2 calculator over BN254
 */
export async function compileCalculator(wasm: Uint8Array): Promise<WasmModule> {
  const module = await webAssembly.compile(wasm).catch((cause: unknown) => {
    throw new Groth16Error('MALFORMED_CALCULATOR', 'the witness calculator is not a WebAssembly module', { cause });
  });
  const { exports } = instantiateCalculator(module);
  if (
    exports.getVersion?.() !== 2 ||
    exports.getFieldNumLen32() !== FIELD_WORDS ||
    readPrime(exports) !== SCALAR_FIELD_ORDER
  ) {
    throw new Groth16Error(
      'MALFORMED_CALCULATOR',
      'the witness calculator is not of circom 2 over the BN254 scalar field',
    );
  }
  return module;
}

/** Starts a compiled calculator. What the circuit logs is discarded, and of its messages only places are kept. */
export function instantiateCalculator(module: WasmModule): RunningCalculator {
  const places: string[] = [];
  const runtime = {
    exceptionHandler: (code: number): never => {
      throw new CalculatorException(code);
    },
    printErrorMessage: (): void => {
      const place = placeOf(readMessage(exports));
      if (place !== undefined) places.push(place);
    },
    writeBufferMessage: (): void => void readMessage(exports),
    showSharedRWMemory: (): void => undefined,
  };
  // The module's own exports have no static type: circom fixes this interface for version 2.
  const exports = new webAssembly.Instance(module, { runtime }).exports as unknown as CalculatorExports;
  return { exports, places };
}

/** Thrown through the WebAssembly frames by the calculator's own exception handler. */
export class CalculatorException extends Error {
  readonly exceptionCode: number;
  constructor(exceptionCode: number) {
    super('the witness calculator raised an exception');
    this.exceptionCode = exceptionCode;
  }
}

/** Whether an exception is that an assertion or constraint does not hold. */
export function saysUnsatisfied(exceptionCode: number | undefined): boolean {
  return exceptionCode === ASSERT_FAILED;
}

/** The message that the calculator has built. */
export function readMessage(exports: CalculatorExports): string {
  let text = '';
  for (let char = exports.getMessageChar(); char !== 0; char = exports.getMessageChar())
    text += String.fromCharCode(char);
  return text;
}

/** The template and line that a message names, such as `Bits_3 line 12`; nothing else of it can be shown to anybody. */
export function placeOf(message: string): string | undefined {
  const place = /^Error in template (\w+) line: (\d+)/.exec(message);
  return place === null ? undefined : `${place[1]} line ${place[2]}`;
}

/** The error for inputs that a circuit refuses. @param places innermost first, joined by ` < `; may be empty */
export function rejectedWitness(unsatisfied: boolean, places: string): Groth16Error {
  const where = places === '' ? '' : ` at ${places}`;
  return new Groth16Error(
    'WITNESS_REJECTED',
    `the inputs ${unsatisfied ? 'do not satisfy' : 'cannot be evaluated by'} the circuit${where}`,
  );
}

/** Reads the value through which the calculator gives results. */
export function readShared(exports: CalculatorExports): bigint {
  let value = 0n;
  for (let word = FIELD_WORDS - 1; word >= 0; word--) {
    const bits = exports.readSharedRWMemory(word) >>> 0;
    value = value === 0n ? BigInt(bits) : (value << 32n) | BigInt(bits);
  }
  return value;
}

function readPrime(exports: CalculatorExports): bigint {
  exports.getRawPrime();
  return readShared(exports);
}
