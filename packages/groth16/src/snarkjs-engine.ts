import type { JobOptions, ProveResult, ProvingEngine } from './engine.ts';
import { Groth16Error } from './error.ts';
import { JobQueue } from './job-queue.ts';
import { decodeCoordinatesOf } from './proof-coordinates.ts';
import type { CircuitFiles, Reply, Request, Setup } from './snarkjs-messages.ts';
import { SnarkjsProcess } from './snarkjs-process.ts';
import type { WitnessInput } from './witness-calculator.ts';

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

/** Milliseconds that a job is taken to need until one has been measured. */
const FIRST_SERVICE_MS = 2_000;
/** Weight of the latest job in the running mean of service times. */
const LATEST_WEIGHT = 0.2;

interface Job {
  readonly request: Request;
  readonly queuedAt: number;
  readonly resolve: (done: { reply: Reply; queueMs: number }) => void;
  readonly reject: (error: Error) => void;
  readonly options: JobOptions;
}

/**
 * Proves with snarkjs in child processes, each with its keys and witness calculators loaded once. Resolves when all are ready.
 *
 * A process that dies fails its own job and is replaced; a running job that is aborted has its process killed, since
 * snarkjs cannot be interrupted.
 *
 * @throws Groth16Error `MALFORMED_KEY` or `MALFORMED_CALCULATOR` for files that cannot be used, `WORKER_DIED`.
 */
export async function createSnarkjsEngine(options: SnarkjsEngineOptions): Promise<ProvingEngine> {
  const { circuits, workers, queueLimit, threads = 'all', selfCheck = true } = options;
  if (!Number.isInteger(workers) || workers < 1) throw new RangeError('workers must be a whole number, at least 1');
  if (!Number.isInteger(queueLimit) || queueLimit < 0)
    throw new RangeError('queueLimit must be a whole number, at least 0');
  const setup: Setup = { circuits, threads, selfCheck };
  const starts = await Promise.allSettled(Array.from({ length: workers }, () => SnarkjsProcess.start(setup)));
  const processes = starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []));
  const refused = starts.find((start) => start.status === 'rejected');
  if (refused !== undefined) {
    await Promise.all(processes.map((process) => process.kill()));
    throw refused.reason;
  }
  return new SnarkjsEngine(setup, processes, queueLimit);
}

class SnarkjsEngine implements ProvingEngine {
  readonly name = 'snarkjs';
  readonly #setup: Setup;
  readonly #workers: number;
  readonly #queue: JobQueue<Job>;
  readonly #consumers: Promise<void>[];
  #serviceMs = FIRST_SERVICE_MS;
  #measured = false;
  #closed = false;

  constructor(setup: Setup, processes: SnarkjsProcess[], queueLimit: number) {
    this.#setup = setup;
    this.#workers = processes.length;
    this.#queue = new JobQueue(queueLimit);
    this.#consumers = processes.map((process) => this.#consume(process));
  }

  async prove(circuit: string, input: WitnessInput, options: JobOptions = {}): Promise<ProveResult> {
    const { reply, queueMs } = await this.#submit({ kind: 'prove', circuit, input }, options);
    report(reply, options);
    if (reply.kind !== 'proved') throw refusal(reply);
    const [witnessMs, proveMs] = (['witness', 'prove'] as const).map((stage) => duration(reply, stage));
    return {
      proof: decodeCoordinatesOf(reply.proof),
      publicSignals: reply.publicSignals,
      timings: { queueMs, witnessMs: witnessMs!, proveMs: proveMs! },
    };
  }

  async witness(circuit: string, input: WitnessInput, options: JobOptions = {}): Promise<readonly bigint[]> {
    const { reply } = await this.#submit({ kind: 'witness', circuit, input }, options);
    report(reply, options);
    if (reply.kind !== 'witness') throw refusal(reply);
    return reply.witness;
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const job of this.#queue.close()) job.reject(closed());
    await Promise.all(this.#consumers);
  }

  /** Queues a job and waits for its answer, a failure included. */
  #submit(request: Request, options: JobOptions): Promise<{ reply: Reply; queueMs: number }> {
    const { promise, resolve, reject } = Promise.withResolvers<{ reply: Reply; queueMs: number }>();
    const job: Job = { request, queuedAt: performance.now(), resolve, reject, options };
    const { signal } = options;
    if (this.#closed) reject(closed());
    else if (!Object.hasOwn(this.#setup.circuits, request.circuit)) {
      reject(new Groth16Error('UNKNOWN_CIRCUIT', `there is no circuit ${request.circuit}`));
    } else if (signal?.aborted) reject(aborted());
    else if (!this.#queue.offer(job)) {
      const retryAfterMs = Math.ceil(this.#serviceMs / this.#workers);
      reject(new Groth16Error('QUEUE_FULL', 'too many proofs are waiting', { retryAfterMs }));
    }
    if (signal === undefined) return promise;
    // A running job is ended by the consumer that runs it.
    const leaveQueue = () => this.#queue.remove(job) && reject(aborted());
    signal.addEventListener('abort', leaveQueue, { once: true });
    return promise.finally(() => signal.removeEventListener('abort', leaveQueue));
  }

  /** Takes jobs one after the other, with a process of its own, until the queue is closed. */
  async #consume(first: SnarkjsProcess): Promise<void> {
    let process: SnarkjsProcess | undefined = first;
    for (let job = await this.#queue.take(); job !== undefined; job = await this.#queue.take()) {
      try {
        process ??= await SnarkjsProcess.start(this.#setup);
        await this.#run(process, job);
      } catch (error) {
        job.reject(job.options.signal?.aborted ? aborted() : (error as Error));
        await process?.kill();
        // Replaced before the next job comes; if that fails, the next job tries again and learns why.
        process = this.#closed ? undefined : await SnarkjsProcess.start(this.#setup).catch(() => undefined);
      }
    }
    await process?.kill();
  }

  /** @throws Groth16Error `WORKER_DIED` */
  async #run(process: SnarkjsProcess, { request, options: { signal }, queuedAt, resolve }: Job): Promise<void> {
    const startedAt = performance.now();
    const kill = () => void process.kill();
    signal?.addEventListener('abort', kill, { once: true });
    if (signal?.aborted) kill();
    try {
      const reply = await process.run(request);
      if (reply.kind === 'proved') this.#measure(performance.now() - startedAt);
      resolve({ reply, queueMs: startedAt - queuedAt });
    } finally {
      signal?.removeEventListener('abort', kill);
    }
  }

  #measure(serviceMs: number): void {
    this.#serviceMs = this.#measured ? this.#serviceMs + LATEST_WEIGHT * (serviceMs - this.#serviceMs) : serviceMs;
    this.#measured = true;
  }
}

function report(reply: Reply, { onStage }: JobOptions): void {
  if ('stages' in reply) for (const { stage, startNs, endNs } of reply.stages) onStage?.(stage, startNs, endNs);
}

function duration(reply: Reply & { kind: 'proved' }, wanted: 'witness' | 'prove'): number {
  const time = reply.stages.find(({ stage }) => stage === wanted);
  return time === undefined ? 0 : Number(time.endNs - time.startNs) / 1e6;
}

function refusal(reply: Reply): Groth16Error {
  return reply.kind === 'failed'
    ? new Groth16Error(reply.code, reply.message)
    : new Groth16Error('PROVER_FAILED', 'the proving process gave an answer to another question');
}

function aborted(): Groth16Error {
  return new Groth16Error('ABORTED', 'the caller cancelled the job');
}

function closed(): Groth16Error {
  return new Groth16Error('CLOSED', 'the proving engine is closed');
}
