import { createHash } from 'node:crypto';
import type { NativeWitness } from './native-witness.ts';
import { readChecked } from './read-checked.ts';
import type { CircuitFiles } from './snarkjs-messages.ts';
import type { WitnessInput } from './witness-calculator.ts';
import { NativeWitnessGraph } from './witness-graph/native-witness-graph.ts';
import { WitnessThread } from './witness-thread.ts';

/** What computes the witnesses of a native worker: one at a time. */
export interface WitnessSource {
  /** The value of each wire, 32 bytes each, little-endian, which the caller wipes. @throws Groth16Error as `WitnessCalculator` */
  witness(circuit: string, input: WitnessInput): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** Sources for some workers, with the number of wires of each circuit. */
export interface StartedSources {
  readonly sources: readonly WitnessSource[];
  readonly wireCounts: ReadonlyMap<string, number>;
}

/**
 * Loads the evaluation graph of each circuit that has one. The calculators of the others run in a thread for each worker.
 *
 * @throws Groth16Error `MALFORMED_KEY` for files that are not the expected ones, `MALFORMED_GRAPH`, `MALFORMED_CALCULATOR`,
 * `WORKER_DIED`
 */
export async function startWitnessSources(
  native: NativeWitness,
  circuits: Readonly<Record<string, CircuitFiles>>,
  workers: number,
): Promise<StartedSources> {
  const graphs = new Map<string, NativeWitnessGraph>();
  const calculators = new Map<string, Uint8Array>();
  for (const [name, files] of Object.entries(circuits)) {
    const wasm = await readChecked(`witness calculator of ${name}`, files.wasm, files.wasmSha256);
    if (files.witnessGraph === undefined) calculators.set(name, wasm);
    else graphs.set(name, await loadGraph(native, name, { ...files, witnessGraph: files.witnessGraph }, wasm));
  }
  const threads = calculators.size === 0 ? [] : await startThreads(calculators, workers);
  const wireCounts = new Map([...graphs].map(([name, { wireCount }]) => [name, wireCount]));
  for (const [name, wireCount] of threads[0]?.wireCounts ?? []) wireCounts.set(name, wireCount);
  const sources = Array.from({ length: workers }, (_, i) => new CircuitWitnesses(graphs, threads[i]?.thread));
  return { sources, wireCounts };
}

/** Takes each circuit's graph, and the thread where a circuit has none. */
class CircuitWitnesses implements WitnessSource {
  readonly #graphs: ReadonlyMap<string, NativeWitnessGraph>;
  readonly #thread: WitnessThread | undefined;

  constructor(graphs: ReadonlyMap<string, NativeWitnessGraph>, thread: WitnessThread | undefined) {
    this.#graphs = graphs;
    this.#thread = thread;
  }

  witness(circuit: string, input: WitnessInput): Promise<Uint8Array> {
    const graph = this.#graphs.get(circuit);
    return graph === undefined ? this.#thread!.witness(circuit, input) : graph.compute(input);
  }

  async close(): Promise<void> {
    await this.#thread?.close();
  }
}

async function loadGraph(
  native: NativeWitness,
  name: string,
  files: CircuitFiles & { readonly witnessGraph: string },
  wasm: Uint8Array,
): Promise<NativeWitnessGraph> {
  const file = await readChecked(`witness graph of ${name}`, files.witnessGraph, files.witnessGraphSha256);
  return NativeWitnessGraph.load(native, file, createHash('sha256').update(wasm).digest('hex'));
}

async function startThreads(calculators: ReadonlyMap<string, Uint8Array>, count: number) {
  const starts = await Promise.allSettled(Array.from({ length: count }, () => WitnessThread.start(calculators)));
  const started = starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []));
  const refused = starts.find((start) => start.status === 'rejected');
  if (refused === undefined) return started.map(([thread, wireCounts]) => ({ thread, wireCounts }));
  await Promise.all(started.map(([thread]) => thread.close()));
  throw refused.reason;
}
