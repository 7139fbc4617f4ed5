import { SCALAR_FIELD_ORDER } from './bn254.ts';
import { Groth16Error } from './error.ts';
import { type WasmModule, webAssembly } from './webassembly.ts';

/** One input signal: a field element in [0, r), or an array of them, nested as in the circuit. */
export type WitnessValue = bigint | readonly WitnessValue[];

/** Every input signal of a circuit, by its name in the main template. */
export type WitnessInput = Readonly<Record<string, WitnessValue>>;

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

interface CalculatorExports {
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
}

const WORDS = 8;
const FIELD_BYTES = 4 * WORDS;

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
  const module = await compile(wasm);
  const { exports } = instantiate(module);
  if (
    exports.getVersion?.() !== 2 ||
    exports.getFieldNumLen32() !== WORDS ||
    readPrime(exports) !== SCALAR_FIELD_ORDER
  ) {
    throw new Groth16Error(
      'MALFORMED_CALCULATOR',
      'the witness calculator is not of circom 2 over the BN254 scalar field',
    );
  }
  const wireCount = exports.getWitnessSize();
  return {
    wireCount,
    witness: (input) => readWitness(compute(module, input), wireCount),
    wtns: (input) => writeWtns(compute(module, input), wireCount),
  };
}

async function compile(wasm: Uint8Array): Promise<WasmModule> {
  try {
    return await webAssembly.compile(wasm);
  } catch (cause) {
    throw new Groth16Error('MALFORMED_CALCULATOR', 'the witness calculator is not a WebAssembly module', { cause });
  }
}

/** An instance, and the places in the circuit that its last failure passed through, innermost first. */
function instantiate(module: WasmModule): { exports: CalculatorExports; places: string[] } {
  const places: string[] = [];
  const message = (): string => {
    let text = '';
    for (let char = exports.getMessageChar(); char !== 0; char = exports.getMessageChar())
      text += String.fromCharCode(char);
    return text;
  };
  const runtime = {
    exceptionHandler: (code: number): never => {
      throw new CalculatorException(code);
    },
    printErrorMessage: (): void => {
      const place = /^Error in template (\w+) line: (\d+)/.exec(message());
      if (place !== null) places.push(`${place[1]} line ${place[2]}`);
    },
    writeBufferMessage: (): void => void message(),
    showSharedRWMemory: (): void => undefined,
  };
  // The module's own exports have no static type: circom fixes this interface for version 2.
  const exports = new webAssembly.Instance(module, { runtime }).exports as unknown as CalculatorExports;
  return { exports, places };
}

/** Thrown through the WebAssembly frames by the calculator's own exception handler. */
class CalculatorException extends Error {
  readonly exceptionCode: number;
  constructor(exceptionCode: number) {
    super('the witness calculator raised an exception');
    this.exceptionCode = exceptionCode;
  }
}

const ASSERT_FAILED = 4;

/** Sets every input; setting the last one runs the circuit. */
function compute(module: WasmModule, input: WitnessInput): CalculatorExports {
  const { exports, places } = instantiate(module);
  try {
    exports.init(0);
    setInputs(exports, input);
    return exports;
  } catch (error) {
    if (error instanceof Groth16Error) throw error;
    const failedAssert = error instanceof CalculatorException && error.exceptionCode === ASSERT_FAILED;
    const where = places.length === 0 ? '' : ` at ${places.join(' < ')}`;
    // No cause: a trap's own message or stack is not needed, and must not carry values out.
    throw new Groth16Error(
      'WITNESS_REJECTED',
      `the inputs ${failedAssert ? 'do not satisfy' : 'cannot be evaluated by'} the circuit${where}`,
    );
  }
}

function setInputs(exports: CalculatorExports, input: WitnessInput): void {
  const signals = Object.entries(input).map(([name, value]) => {
    const values = flatten(value);
    const [high, low] = signalHash(name);
    const size = exports.getInputSignalSize(high, low);
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
    return { high, low, values };
  });
  const given = signals.reduce((sum, signal) => sum + signal.values.length, 0);
  if (given !== exports.getInputSize()) {
    throw new Groth16Error(
      'MALFORMED_INPUT',
      `the circuit takes ${exports.getInputSize()} input values, ${given} were given`,
    );
  }
  for (const { high, low, values } of signals) {
    for (const [index, value] of values.entries()) {
      for (let word = 0; word < WORDS; word++) {
        exports.writeSharedRWMemory(word, Number(BigInt.asUintN(32, value >> BigInt(32 * word))));
      }
      exports.setInputSignal(high, low, index);
    }
  }
}

function flatten(value: WitnessValue): bigint[] {
  return typeof value === 'object' ? value.flatMap(flatten) : [value];
}

/** FNV-1a, 64 bits, by which circom looks up input signals. */
function signalHash(name: string): [high: number, low: number] {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(name)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return [Number(hash >> 32n), Number(hash & 0xffffffffn)];
}

function readPrime(exports: CalculatorExports): bigint {
  exports.getRawPrime();
  return readShared(exports);
}

function readWitness(exports: CalculatorExports, wireCount: number): bigint[] {
  return Array.from({ length: wireCount }, (_, wire) => {
    exports.getWitness(wire);
    return readShared(exports);
  });
}

function readShared(exports: CalculatorExports): bigint {
  let value = 0n;
  for (let word = WORDS - 1; word >= 0; word--) {
    const bits = exports.readSharedRWMemory(word) >>> 0;
    value = value === 0n ? BigInt(bits) : (value << 32n) | BigInt(bits);
  }
  return value;
}

/** The iden3 wtns binary format, version 2: a header section with field and length, a section with the values. */
function writeWtns(exports: CalculatorExports, wireCount: number): Uint8Array {
  const header = 12 + 12 + 4 + FIELD_BYTES + 4;
  const bytes = new Uint8Array(header + 12 + wireCount * FIELD_BYTES);
  const view = new DataView(bytes.buffer);
  let at = 0;
  const uint32 = (value: number): void => {
    view.setUint32(at, value, true);
    at += 4;
  };
  const element = (): void => {
    for (let word = 0; word < WORDS; word++) uint32(exports.readSharedRWMemory(word) >>> 0);
  };
  for (const value of [0x736e7477, 2, 2, 1, 4 + FIELD_BYTES + 4, 0, FIELD_BYTES]) uint32(value);
  exports.getRawPrime();
  element();
  for (const value of [wireCount, 2, wireCount * FIELD_BYTES, 0]) uint32(value);
  for (let wire = 0; wire < wireCount; wire++) {
    exports.getWitness(wire);
    element();
  }
  return bytes;
}
