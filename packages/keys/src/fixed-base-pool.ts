import { Worker } from 'node:worker_threads';
import { buildBn128 } from 'ffjavascript';
import type { CurveCode, Group } from './curve-module.ts';
import { KeysError } from './error.ts';
import { POINT_BYTES } from './fixed-base-table.ts';

/** Scalars in one message to a thread. */
const CHUNK = 2048;
const SCALAR_BYTES = 32;

interface Task {
  readonly group: Group;
  readonly scalars: Uint8Array<ArrayBuffer>;
  readonly resolve: (points: Uint8Array) => void;
  readonly reject: (error: Error) => void;
}

/** Multiplies the generators by many scalars, on several threads. Close it, or the process stays. */
export class FixedBasePool {
  readonly #workers: Worker[];
  readonly #idle: Worker[];
  readonly #running = new Map<Worker, Task>();
  readonly #waiting: Task[] = [];
  #failure: KeysError | undefined;

  private constructor(curve: CurveCode, threads: number) {
    const start = () => new Worker(new URL('./fixed-base-worker.ts', import.meta.url), { workerData: curve });
    this.#workers = Array.from({ length: threads }, start);
    this.#idle = [...this.#workers];
    for (const worker of this.#workers) {
      worker.on('message', (points: Uint8Array) => this.#finish(worker, points));
      worker.on('error', (cause) => this.#fail(cause));
    }
  }

  /** Starts the threads, each of which keeps a table of each group's generator (m: 20 MB). */
  static async start(threads: number): Promise<FixedBasePool> {
    const { tm } = await buildBn128(true);
    return new FixedBasePool({ code: tm.code, generators: { G1: tm.pG1gen, G2: tm.pG2gen } }, threads);
  }

  /**
   * The affine points `scalar * generator`, in the encoding of a `.zkey` file.
   *
   * @param onPoints told how many more points are done
   * @throws KeysError `DERIVATION_FAILED` when a thread fails
   */
  async multiply(group: Group, scalars: readonly bigint[], onPoints?: (count: number) => void): Promise<Uint8Array> {
    const points = new Uint8Array(scalars.length * POINT_BYTES[group]);
    const chunks: Promise<void>[] = [];
    for (let first = 0; first < scalars.length; first += CHUNK) {
      const chunk = encodeScalars(scalars.slice(first, first + CHUNK));
      chunks.push(
        this.#run(group, chunk).then((part) => {
          points.set(part, first * POINT_BYTES[group]);
          onPoints?.(part.length / POINT_BYTES[group]);
        }),
      );
    }
    await Promise.all(chunks);
    return points;
  }

  /** Ends every thread. */
  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  #run(group: Group, scalars: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) return reject(this.#failure);
      this.#waiting.push({ group, scalars, resolve, reject });
      this.#dispatch();
    });
  }

  #dispatch(): void {
    while (this.#idle.length > 0 && this.#waiting.length > 0) {
      const [worker, task] = [this.#idle.shift()!, this.#waiting.shift()!];
      this.#running.set(worker, task);
      worker.postMessage({ group: task.group, scalars: task.scalars }, [task.scalars.buffer]);
    }
  }

  #finish(worker: Worker, points: Uint8Array): void {
    const task = this.#running.get(worker);
    this.#running.delete(worker);
    this.#idle.push(worker);
    this.#dispatch();
    task?.resolve(points);
  }

  #fail(cause: unknown): void {
    this.#failure = new KeysError('DERIVATION_FAILED', 'a thread that computes keys failed', { cause });
    for (const task of [...this.#running.values(), ...this.#waiting.splice(0)]) task.reject(this.#failure);
    this.#running.clear();
  }
}

function encodeScalars(scalars: readonly bigint[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(scalars.length * SCALAR_BYTES);
  const view = new DataView(bytes.buffer);
  for (const [i, scalar] of scalars.entries()) {
    for (let word = 0; word < 4; word++) {
      view.setBigUint64(i * SCALAR_BYTES + 8 * word, BigInt.asUintN(64, scalar >> BigInt(64 * word)), true);
    }
  }
  return bytes;
}
