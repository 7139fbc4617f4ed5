import type { JobOptions, ProveResult, ProvingEngine, Stage } from './engine.ts';
import type { EngineWorker, MadeProof, WorkerJob } from './engine-worker.ts';
import { Groth16Error } from './error.ts';
import { JobQueue } from './job-queue.ts';
import type { WitnessInput } from './witness-calculator.ts';

/** What a {@link QueuedEngine} is made of. */
export interface QueuedEngineParts {
  readonly name: string;
  readonly provingSystem: string;
  /** Names of the circuits that every worker knows. */
  readonly circuits: readonly string[];
  readonly workers: readonly EngineWorker[];
  /** Jobs that may wait while every worker is busy. */
  readonly queueLimit: number;
}

/** Milliseconds that a job is taken to need until one has been measured. */
const FIRST_SERVICE_MS = 2_000;
/** Weight of the latest job in the running mean of service times. */
const LATEST_WEIGHT = 0.2;

interface Job {
  /** Settles the caller's promise; never rejects. */
  readonly run: (worker: EngineWorker) => Promise<void>;
  readonly reject: (error: Groth16Error) => void;
}

type Work<T> = (worker: EngineWorker, job: WorkerJob) => Promise<T>;

/** Throws `RangeError` for numbers of workers and waiting jobs that no engine can be set up with. */
export function requireQueueSizes({ workers, queueLimit }: { workers: number; queueLimit: number }): void {
  if (!Number.isInteger(workers) || workers < 1) throw new RangeError('workers must be a whole number, at least 1');
  if (!Number.isInteger(queueLimit) || queueLimit < 0)
    throw new RangeError('queueLimit must be a whole number, at least 0');
}

/** A bounded queue in front of workers, each of which does one job at a time. It closes its workers when it is closed. */
export class QueuedEngine implements ProvingEngine {
  readonly name: string;
  readonly provingSystem: string;
  readonly #circuits: ReadonlySet<string>;
  readonly #workers: number;
  readonly #queue: JobQueue<Job>;
  readonly #consumers: readonly Promise<void>[];
  #serviceMs = FIRST_SERVICE_MS;
  #measured = false;
  #closed = false;

  constructor({ name, provingSystem, circuits, workers, queueLimit }: QueuedEngineParts) {
    this.name = name;
    this.provingSystem = provingSystem;
    this.#circuits = new Set(circuits);
    this.#workers = workers.length;
    this.#queue = new JobQueue(queueLimit);
    this.#consumers = workers.map((worker) => this.#consume(worker));
  }

  async prove(circuit: string, input: WitnessInput, options: JobOptions = {}): Promise<ProveResult> {
    const stageMs: Record<Stage, number> = { witness: 0, prove: 0 };
    const onStage: WorkerJob['onStage'] = (stage, startNs, endNs) => {
      stageMs[stage] = Number(endNs - startNs) / 1e6;
      options.onStage?.(stage, startNs, endNs);
    };
    const work: Work<MadeProof> = async (worker, job) => {
      const startedAt = performance.now();
      const made = await worker.prove(job);
      this.#measure(performance.now() - startedAt);
      return made;
    };
    const { result, queueMs } = await this.#submit(circuit, input, { ...options, onStage }, work);
    return { ...result, timings: { queueMs, witnessMs: stageMs.witness, proveMs: stageMs.prove } };
  }

  async witness(circuit: string, input: WitnessInput, options: JobOptions = {}): Promise<readonly bigint[]> {
    const { result } = await this.#submit(circuit, input, options, (worker, job) => worker.witness(job));
    return result;
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const job of this.#queue.close()) job.reject(closed());
    await Promise.all(this.#consumers);
  }

  /** Queues a job and waits until a worker has done it. */
  #submit<T>(
    circuit: string,
    input: WitnessInput,
    { signal, onStage = () => undefined }: JobOptions,
    work: Work<T>,
  ): Promise<{ result: T; queueMs: number }> {
    const { promise, resolve, reject } = Promise.withResolvers<{ result: T; queueMs: number }>();
    const queuedAt = performance.now();
    const run = async (worker: EngineWorker): Promise<void> => {
      const queueMs = performance.now() - queuedAt;
      try {
        resolve({ result: await work(worker, { circuit, input, signal, onStage }), queueMs });
      } catch (error) {
        reject(signal?.aborted ? aborted() : error);
      }
    };
    const job: Job = { run, reject };
    if (this.#closed) reject(closed());
    else if (!this.#circuits.has(circuit)) {
      reject(new Groth16Error('UNKNOWN_CIRCUIT', `there is no circuit ${circuit}`));
    } else if (signal?.aborted) reject(aborted());
    else if (!this.#queue.offer(job)) {
      const retryAfterMs = Math.ceil(this.#serviceMs / this.#workers);
      reject(new Groth16Error('QUEUE_FULL', 'too many proofs are waiting', { retryAfterMs }));
    }
    if (signal === undefined) return promise;
    // A running job is ended by the worker that does it.
    const leaveQueue = () => this.#queue.remove(job) && reject(aborted());
    signal.addEventListener('abort', leaveQueue, { once: true });
    return promise.finally(() => signal.removeEventListener('abort', leaveQueue));
  }

  /** Has a worker do one job after the other until the queue is closed. */
  async #consume(worker: EngineWorker): Promise<void> {
    for (let job = await this.#queue.take(); job !== undefined; job = await this.#queue.take()) await job.run(worker);
    await worker.close();
  }

  #measure(serviceMs: number): void {
    this.#serviceMs = this.#measured ? this.#serviceMs + LATEST_WEIGHT * (serviceMs - this.#serviceMs) : serviceMs;
    this.#measured = true;
  }
}

function aborted(): Groth16Error {
  return new Groth16Error('ABORTED', 'the caller cancelled the job');
}

function closed(): Groth16Error {
  return new Groth16Error('CLOSED', 'the proving engine is closed');
}
