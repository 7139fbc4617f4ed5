import type { ProvingEngine } from './engine.ts';
import { QueuedEngine, requireQueueSizes } from './queued-engine.ts';
import type { CircuitFiles, Setup } from './snarkjs-messages.ts';
import { SnarkjsWorker } from './snarkjs-worker.ts';

/** How {@link createSnarkjsEngine} is set up. */
export interface SnarkjsEngineOptions {
  /** Every circuit to prove; each process holds all of them in memory. */
  readonly circuits: Readonly<Record<string, CircuitFiles>>;
  /** Processes, each of which makes one proof at a time. */
  readonly workers: number;
  /** Jobs that may wait while every process is busy. */
  readonly queueLimit: number;
  /**
   * Threads of each process: `all` processors (default), to be used with one worker, or `one`, for several proofs side by
   * side. A proof takes the same processor time either way (m, 2 cores, 31,920 constraints: 6.2 s); with `all` and one
   * worker it is there in 3.3 s instead of 6.1 s, and no fewer are made in a minute.
   */
  readonly threads?: 'one' | 'all';
  /** Whether each proof is verified before it is returned. Default true. */
  readonly selfCheck?: boolean;
}

/**
 * Proves with snarkjs in child processes, each with its keys and witness calculators loaded once. Resolves when all are ready.
 *
 * @throws Groth16Error `MALFORMED_KEY` or `MALFORMED_CALCULATOR` for files that cannot be used, `WORKER_DIED`.
 */
export async function createSnarkjsEngine(options: SnarkjsEngineOptions): Promise<ProvingEngine> {
  const { circuits, queueLimit, threads = 'all', selfCheck = true } = options;
  requireQueueSizes(options);
  const setup: Setup = { circuits, threads, selfCheck };
  const starts = await Promise.allSettled(Array.from({ length: options.workers }, () => SnarkjsWorker.start(setup)));
  const workers = starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []));
  const refused = starts.find((start) => start.status === 'rejected');
  if (refused !== undefined) {
    await Promise.all(workers.map((worker) => worker.close()));
    throw refused.reason;
  }
  const names = { name: 'snarkjs', provingSystem: 'groth16/snarkjs', circuits: Object.keys(circuits) };
  return new QueuedEngine({ ...names, workers, queueLimit });
}
