import { Groth16Error } from '../error.ts';

/** An input signal of a circuit: circom keeps a hash of its name. */
export interface InputSignal {
  /** FNV-1a, 64 bits, of the name. */
  readonly hash: bigint;
  /** Where its values begin among all inputs. A bus and its fields have the same values under several names. */
  readonly first: number;
  /** How many values it has, in the order of its indices. */
  readonly size: number;
}

/** What is said of inputs that do not meet a requirement. */
export interface Refusal {
  /** Whether an assertion or constraint of the circuit failed; otherwise, it could not be evaluated. */
  readonly unsatisfied: boolean;
  /** Where in the circuit, innermost template first, such as `Bits_3 line 12 < Main_7 line 40`; may be empty. */
  readonly places: string;
}

/** What a graph file says besides its program. */
export interface GraphDescription {
  readonly wasmSha256: Uint8Array;
  readonly inputCount: number;
  readonly signals: readonly InputSignal[];
  readonly wireCount: number;
  /** By the number of the requirement. */
  readonly refusals: readonly Refusal[];
}

/** All of a graph file. */
export interface WitnessGraphFile extends GraphDescription {
  readonly slotCount: number;
  readonly constants: readonly bigint[];
  readonly words: Uint32Array;
}

const MAGIC = 'assay-wg';
const VERSION = 1;
const HEADER_BYTES = 8 + 9 * 4 + 32;
const SIGNAL_BYTES = 16;
const TRAP = 0x8000_0000;

/** Writes the format of docs/spec/witness-graph.md. Equal graphs give equal bytes. */
export function encodeGraph(graph: WitnessGraphFile): Uint8Array {
  const texts = [...new Set(graph.refusals.map(({ places }) => places))];
  const textNumbers = new Map(texts.map((text, number) => [text, number]));
  const encoded = texts.map((text) => new TextEncoder().encode(text));
  const bytes = new Uint8Array(
    HEADER_BYTES +
      SIGNAL_BYTES * graph.signals.length +
      32 * graph.constants.length +
      4 * (graph.words.length + graph.refusals.length) +
      encoded.reduce((sum, text) => sum + 4 + text.length, 0),
  );
  const view = new DataView(bytes.buffer);
  let at = 0;
  const u32 = (value: number): void => {
    view.setUint32(at, value, true);
    at += 4;
  };
  const raw = (part: Uint8Array): void => {
    bytes.set(part, at);
    at += part.length;
  };
  raw(new TextEncoder().encode(MAGIC));
  const counts = [graph.inputCount, graph.wireCount, graph.constants.length, graph.slotCount, graph.words.length];
  for (const count of [VERSION, ...counts, graph.refusals.length, graph.signals.length, texts.length]) u32(count);
  raw(graph.wasmSha256);
  for (const { hash, first, size } of graph.signals) {
    u32(Number(hash & 0xffff_ffffn));
    u32(Number(hash >> 32n));
    u32(first);
    u32(size);
  }
  for (const constant of graph.constants) {
    for (let word = 0n; word < 8n; word++) u32(Number((constant >> (32n * word)) & 0xffff_ffffn));
  }
  for (const word of graph.words) u32(word);
  for (const { unsatisfied, places } of graph.refusals) u32((unsatisfied ? 0 : TRAP) + textNumbers.get(places)!);
  for (const text of encoded) {
    u32(text.length);
    raw(text);
  }
  return bytes;
}

/**
 * Reads what a graph file says besides its program; the native evaluator reads that.
 *
 * @throws Groth16Error `MALFORMED_GRAPH`
 */
export function readGraphDescription(bytes: Uint8Array): GraphDescription {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const take = (length: number): number => {
    if (length > bytes.length - at) throw malformed('it ends early');
    at += length;
    return at - length;
  };
  const u32 = (): number => view.getUint32(take(4), true);
  const text = (length: number): string => {
    const start = take(length);
    return new TextDecoder().decode(bytes.subarray(start, start + length));
  };
  if (text(MAGIC.length) !== MAGIC || u32() !== VERSION) throw malformed('it is no graph of this version');
  const [inputCount, wireCount, constantCount, , wordCount, refusalCount, signalCount, textCount] = Array.from(
    { length: 8 },
    u32,
  ) as [number, number, number, number, number, number, number, number];
  const wasmSha256 = bytes.slice(take(32), at);
  // Before anything is made of these sizes, they have to fit.
  const needed = SIGNAL_BYTES * signalCount + 32 * constantCount + 4 * (wordCount + refusalCount + textCount);
  if (needed > bytes.length - at) throw malformed('it ends early');
  const signals = Array.from({ length: signalCount }, (): InputSignal => {
    const hash = view.getBigUint64(take(8), true);
    return { hash, first: u32(), size: u32() };
  });
  if (signals.some(({ first, size }) => first + size > inputCount) || duplicates(signals))
    throw malformed('its input signals are wrong');
  take(32 * constantCount + 4 * wordCount);
  const codes = Array.from({ length: refusalCount }, u32);
  const texts = Array.from({ length: textCount }, () => text(u32()));
  if (at !== bytes.length) throw malformed('it goes on after its end');
  const refusals = codes.map((code): Refusal => {
    const places = texts[code % TRAP];
    if (places === undefined) throw malformed('a requirement has no text');
    return { unsatisfied: code < TRAP, places };
  });
  return { wasmSha256, inputCount, signals, wireCount, refusals };
}

function duplicates(signals: readonly InputSignal[]): boolean {
  return new Set(signals.map(({ hash }) => hash)).size !== signals.length;
}

function malformed(what: string): Groth16Error {
  return new Groth16Error('MALFORMED_GRAPH', `the witness graph cannot be read: ${what}`);
}
