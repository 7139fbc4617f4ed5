import { availableParallelism } from 'node:os';
import { createVerifier } from './create-verifier.ts';
import type { ProvingEngine } from './engine.ts';
import { Groth16Error } from './error.ts';
import { type Arithmetic, loadNativeAddon } from './native-addon.ts';
import { loadNativeKeys, requireSameWires } from './native-circuits.ts';
import { NativeWorker } from './native-worker.ts';
import { QueuedEngine, requireQueueSizes } from './queued-engine.ts';
import type { CircuitFiles } from './snarkjs-messages.ts';
import { ThreadShare } from './thread-share.ts';
import { startWitnessSources } from './witness-source.ts';

/** How {@link createNativeEngine} is set up. */
export interface NativeEngineOptions {
  /** Every circuit to prove. */
  readonly circuits: Readonly<Record<string, CircuitFiles>>;
  /** Proofs that are made side by side. */
  readonly workers: number;
  /** Jobs that may wait meanwhile. */
  readonly queueLimit: number;
  /** Threads that proofs share: each has its part of them when it begins. Default: as many as there are processors. */
  readonly threads?: number;
  /**
   * Bytes that all proving keys together may take in memory. Every key is held whatever it takes; what is left goes to tables
   * of multiples of its points, which make proving cheaper. Default {@link DEFAULT_MEMORY_LIMIT_BYTES}.
   */
  readonly memoryLimitBytes?: number;
  /**
   * Whether the engine learns which values recur from witness to witness of a circuit (a model, a policy, trust lists) and keeps their
   * part of the sums, so that each proof adds up what differs. The proofs are the same. For a service that proves applicant after
   * applicant; values that recurred stay in memory. Default false.
   */
  readonly recurring?: boolean;
  /** Whether each proof is verified before it is returned. Default true. */
  readonly selfCheck?: boolean;
  /** The arithmetic to use: see `loadNativeAddon`. */
  readonly arithmetic?: Arithmetic;
}

/** One GiB. */
export const DEFAULT_MEMORY_LIMIT_BYTES: number = 2 ** 30;

/**
 * Proves with native code in this process, on threads of its own. Resolves when every key is loaded and checked.
 *
 * A running job that is aborted, and what is running when the process exits, is told to stop and does so within some tens of milliseconds.
 *
 * @throws Groth16Error `NO_ENGINE` where there is no native code, `MALFORMED_KEY`, `MALFORMED_GRAPH` or
 * `MALFORMED_CALCULATOR` for files that cannot be used
 */
export async function createNativeEngine(options: NativeEngineOptions): Promise<ProvingEngine> {
  const { circuits, workers, queueLimit, selfCheck = true } = options;
  requireQueueSizes(options);
  const addon = loadNativeAddon(options.arithmetic);
  if (addon === undefined) throw new Groth16Error('NO_ENGINE', 'there is no native engine: it was not built');
  const { arithmetic } = addon;
  const share = new ThreadShare(options.threads ?? availableParallelism());
  const { memoryLimitBytes = DEFAULT_MEMORY_LIMIT_BYTES, recurring = false } = options;
  const keys = await loadNativeKeys(addon, circuits, { memoryLimitBytes, threads: availableParallelism(), recurring });
  const { sources, wireCounts } = await startWitnessSources(addon, circuits, workers);
  try {
    for (const [name, key] of keys) requireSameWires(name, key, wireCounts.get(name));
  } catch (error) {
    await Promise.all(sources.map((source) => source.close()));
    throw error;
  }
  const verifier = selfCheck ? createVerifier({ arithmetic }) : undefined;
  return new QueuedEngine({
    name: 'native',
    provingSystem: `groth16/native-${arithmetic}`,
    circuits: Object.keys(circuits),
    workers: sources.map((witnesses) => new NativeWorker({ addon, keys, share, witnesses, verifier })),
    queueLimit,
  });
}
