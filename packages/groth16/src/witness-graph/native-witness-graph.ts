import { rejectedWitness } from '../circom-calculator.ts';
import { Groth16Error } from '../error.ts';
import { groth16ErrorOf } from '../native-error.ts';
import type { LoadedWitnessGraph, NativeWitness } from '../native-witness.ts';
import type { WitnessCalculator } from '../witness-calculator.ts';
import { arrangeInput, type InputShape, type WitnessInput } from '../witness-input.ts';
import { createWtns } from '../wtns.ts';
import { type GraphDescription, readGraphDescription } from './graph-file.ts';

const VALUE_BYTES = 32;

/**
 * Computes witnesses with native code, from the evaluation graph of a circuit's calculator: the same witnesses as the calculator,
 * and the same errors, in a hundredth of its time.
 */
export class NativeWitnessGraph implements WitnessCalculator {
  readonly #native: NativeWitness;
  readonly #graph: LoadedWitnessGraph;
  readonly #description: GraphDescription;
  /** Where a signal's values begin in the inputs, by its hash. */
  readonly #places: ReadonlyMap<bigint, { readonly first: number; readonly size: number }>;
  readonly #shape: InputShape;

  private constructor(native: NativeWitness, graph: LoadedWitnessGraph, description: GraphDescription) {
    this.#native = native;
    this.#graph = graph;
    this.#description = description;
    this.#places = new Map(description.signals.map(({ hash, first, size }) => [hash, { first, size }]));
    const { inputCount } = description;
    this.#shape = { inputCount, sizeOf: (hash) => this.#places.get(hash)?.size ?? 0 };
  }

  /**
   * Has native code read a graph file.
   *
   * @param wasmSha256 of the calculator that it has to be the graph of, in lower-case hex
   * @throws Groth16Error `MALFORMED_GRAPH`
   */
  static load(native: NativeWitness, file: Uint8Array, wasmSha256: string): NativeWitnessGraph {
    const description = readGraphDescription(file);
    if (Buffer.from(description.wasmSha256).toString('hex') !== wasmSha256)
      throw new Groth16Error('MALFORMED_GRAPH', 'the witness graph is that of another calculator');
    return new NativeWitnessGraph(
      native,
      nativeCall(() => native.loadWitnessGraph(file)),
      description,
    );
  }

  get wireCount(): number {
    return this.#description.wireCount;
  }

  witness(input: WitnessInput): bigint[] {
    const wires = new Uint8Array(VALUE_BYTES * this.wireCount);
    this.#fill(input, wires);
    const values = Array.from({ length: this.wireCount }, (_, wire) => readValue(wires, VALUE_BYTES * wire));
    wires.fill(0);
    return values;
  }

  wtns(input: WitnessInput): Uint8Array {
    const { file, values } = createWtns(this.wireCount);
    this.#fill(input, values);
    return file;
  }

  /**
   * The value of each wire, computed away from the main thread: 32 bytes each, little-endian, which the caller wipes.
   *
   * @throws Groth16Error as {@link WitnessCalculator.witness}
   */
  async compute(input: WitnessInput): Promise<Uint8Array> {
    const inputs = this.encodeInputs(input);
    try {
      const wires = await this.#native.computeWitness(this.#graph, inputs).catch((error: unknown) => {
        throw groth16ErrorOf(error);
      });
      if (typeof wires === 'number') throw this.refusal(wires);
      return wires;
    } finally {
      inputs.fill(0);
    }
  }

  /**
   * An input as native code takes it: 32 bytes a value, little-endian, in the order of the graph.
   *
   * @throws Groth16Error `MALFORMED_INPUT`
   */
  encodeInputs(input: WitnessInput): Uint8Array {
    const signals = arrangeInput(input, this.#shape);
    const inputs = new Uint8Array(VALUE_BYTES * this.#shape.inputCount);
    for (const { hash, values } of signals) {
      const first = this.#places.get(hash)?.first ?? 0;
      for (const [index, value] of values.entries()) writeValue(inputs, VALUE_BYTES * (first + index), value);
    }
    return inputs;
  }

  /** The error for inputs that do not meet a requirement, by its number. */
  refusal(requirement: number): Groth16Error {
    const { unsatisfied, places } = this.#description.refusals[requirement]!;
    return rejectedWitness(unsatisfied, places);
  }

  #fill(input: WitnessInput, wires: Uint8Array): void {
    const inputs = this.encodeInputs(input);
    const failed = nativeCall(() => this.#native.evaluateWitnessGraph(this.#graph, inputs, wires));
    inputs.fill(0);
    if (failed !== undefined) throw this.refusal(failed);
  }
}

function nativeCall<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw groth16ErrorOf(error);
  }
}

function readValue(bytes: Uint8Array, at: number): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset + at);
  let value = 0n;
  for (let word = 3; word >= 0; word--) value = (value << 64n) | view.getBigUint64(8 * word, true);
  return value;
}

function writeValue(bytes: Uint8Array, at: number, value: bigint): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset + at);
  for (let word = 0; word < 4; word++) view.setBigUint64(8 * word, value >> BigInt(64 * word), true);
}
