import { createHash } from 'node:crypto';
import {
  type CalculatorExports,
  compileCalculator,
  placeOf,
  readMessage,
  saysUnsatisfied,
} from '../circom-calculator.ts';
import { webAssembly } from '../webassembly.ts';
import { allocateSlots } from './allocate-slots.ts';
import { type CalledModule, checkFunctions } from './check-functions.ts';
import { encodeProgram } from './encode-program.ts';
import { SLOT_BYTES } from './field-values.ts';
import { encodeGraph, type InputSignal, type Refusal } from './graph-file.ts';
import { lowerGraph } from './lower-graph.ts';
import { type Requirement, SymbolicMachine } from './symbolic-machine.ts';
import { unsupported } from './unsupported.ts';
import { exportNamed } from './wasm-exports.ts';
import { parseWasm, type WasmModuleParts } from './wasm-module.ts';

/** Entries of the table in which circom looks up inputs: hash of the name (8 bytes), number of the first signal (4), size (4). */
const SIGNAL_ENTRY_BYTES = 16;
const LEAST_TABLE_BYTES = 256 * SIGNAL_ENTRY_BYTES;
const PREFIX = 'function ';

/**
 * Makes the evaluation graph of a witness calculator that circom 2 wrote, by running it once without knowing its inputs. The
 * native evaluator gives with it the witnesses that the calculator gives, and refuses what that refuses.
 *
 * @returns a graph file: docs/spec/witness-graph.md
 * @throws Groth16Error `MALFORMED_CALCULATOR`; `UNSUPPORTED_CALCULATOR` when it does what no graph expresses, such as a loop whose
 * end depends on inputs: then only the calculator itself can be used
 */
export async function extractWitnessGraph(wasm: Uint8Array): Promise<Uint8Array> {
  await compileCalculator(wasm);
  const parts = parseWasm(wasm);
  const machine = new SymbolicMachine(parts);
  const native = await startChecked(parts);
  const signals = findSignals(parts, native.exports);
  const inputCount = native.exports.getInputSize();
  runSymbolically(machine, signals, inputCount);
  const wires = readWires(machine);
  const requirements = machine.requirements.map(({ node }) => node);
  const lowered = lowerGraph(machine.graph, inputCount, { requirements, wires });
  const allocation = allocateSlots(lowered);
  return encodeGraph({
    wasmSha256: createHash('sha256').update(wasm).digest(),
    inputCount,
    signals,
    wireCount: wires.length,
    refusals: describeRefusals(machine.requirements, native),
    slotCount: allocation.slotCount,
    constants: lowered.constants,
    words: encodeProgram(lowered, allocation),
  });
}

interface NativeModule {
  readonly exports: CalculatorExports;
  readonly call: CalledModule['function'];
}

/** The calculator with all its functions exported, after those that the graph replaces were checked to be what their names say. */
async function startChecked(parts: WasmModuleParts): Promise<NativeModule> {
  const nothing = (): void => undefined;
  const runtime = Object.fromEntries(parts.imports.map(({ name }) => [name.slice('runtime.'.length), nothing]));
  const module = await webAssembly.compile(exportNamed(parts, PREFIX));
  const start = (): Record<string, unknown> =>
    new webAssembly.Instance(module, { runtime }).exports as Record<string, unknown>;
  const caller = (exports: Record<string, unknown>): CalledModule['function'] => {
    return (name) => exports[PREFIX + name] as ReturnType<CalledModule['function']>;
  };
  const exports = start();
  checkFunctions({ memory: exports.memory as CalledModule['memory'], function: caller(exports) });
  const fresh = start();
  return { exports: fresh as unknown as CalculatorExports, call: caller(fresh) };
}

/** The input signals in the table that the calculator looks them up in: the one part of its data that it agrees with. */
function findSignals({ data }: WasmModuleParts, exports: CalculatorExports): InputSignal[] {
  for (const { bytes } of data) {
    if (bytes.length < LEAST_TABLE_BYTES || bytes.length % SIGNAL_ENTRY_BYTES !== 0) continue;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const entries = Array.from(
      { length: bytes.length / SIGNAL_ENTRY_BYTES },
      (_, entry): InputSignal => ({
        hash: view.getBigUint64(SIGNAL_ENTRY_BYTES * entry, true),
        first: view.getUint32(SIGNAL_ENTRY_BYTES * entry + 8, true),
        size: view.getUint32(SIGNAL_ENTRY_BYTES * entry + 12, true),
      }),
    ).filter(({ hash }) => hash !== 0n);
    // Inputs come after the constant one and the outputs.
    const base = Math.min(...entries.map(({ first }) => first));
    const signals = entries.map(({ hash, first, size }) => ({ hash, first: first - base, size }));
    const agrees = signals.every(({ hash, size }) => exports.getInputSignalSize(...halves(hash)) === size);
    if (agrees && coveredInputs(signals) === exports.getInputSize()) return signals;
  }
  throw unsupported('its input signals are not found');
}

/** How many inputs the signals are, when these leave none out; otherwise -1. */
function coveredInputs(signals: readonly InputSignal[]): number {
  let end = 0;
  for (const { first, size } of signals.toSorted((a, b) => a.first - b.first)) {
    if (first > end) return -1;
    end = Math.max(end, first + size);
  }
  return end;
}

/** Sets every input once, which runs the circuit with the last one. */
function runSymbolically(machine: SymbolicMachine, signals: readonly InputSignal[], inputCount: number): void {
  machine.call('init', 0);
  const shared = machine.call('getSharedRWMemoryStart')!;
  // The value before it is what field functions work on: form and small value in 8 bytes, then the shared memory.
  const slot = shared - (SLOT_BYTES - 32);
  const isSet = new Array<boolean>(inputCount).fill(false);
  for (const { hash, first, size } of signals) {
    for (let index = 0; index < size; index++) {
      if (isSet[first + index]) continue;
      isSet[first + index] = true;
      const large = [0, -0x8000_0000, 0, 0, 0, 0, 0, 0, 0, 1];
      for (const [word, value] of large.entries()) machine.memory.storeWord(slot + 4 * word, value);
      machine.setInput(slot, machine.graph.input(first + index));
      machine.call('setInputSignal', ...halves(hash), index);
    }
  }
}

/** The node of each wire. */
function readWires(machine: SymbolicMachine): number[] {
  const slot = machine.call('getSharedRWMemoryStart')! - (SLOT_BYTES - 32);
  return Array.from({ length: machine.call('getWitnessSize')! }, (_, wire) => {
    machine.call('getWitness', wire);
    return machine.read(slot);
  });
}

/** What the calculator says where requirements fail. */
function describeRefusals(requirements: readonly Requirement[], { exports, call }: NativeModule): Refusal[] {
  return requirements.map(({ exceptionCode, places }) => ({
    unsatisfied: saysUnsatisfied(exceptionCode),
    places: places
      .flatMap(({ message, line }) => {
        call('buildBufferMessage')(message, line);
        return placeOf(readMessage(exports)) ?? [];
      })
      .join(' < '),
  }));
}

/** A 64-bit hash as the calculator takes it: two signed 32-bit integers. */
function halves(hash: bigint): [high: number, low: number] {
  return [Number(BigInt.asIntN(32, hash >> 32n)), Number(BigInt.asIntN(32, hash))];
}
