import type { EngineWorker, MadeProof, WorkerJob } from './engine-worker.ts';
import { Groth16Error } from './error.ts';
import { decodeCoordinatesOf } from './proof-coordinates.ts';
import type { Reply, Request, Setup } from './snarkjs-messages.ts';
import { SnarkjsProcess } from './snarkjs-process.ts';

/**
 * Proves in a process of its own. One that dies fails its job alone and is replaced; where a running job is aborted, its
 * process is killed, since snarkjs cannot be interrupted.
 */
export class SnarkjsWorker implements EngineWorker {
  readonly #setup: Setup;
  /** `undefined` where the last one could not be replaced: the next job tries again and learns why. */
  #process: Promise<SnarkjsProcess | undefined>;

  private constructor(setup: Setup, process: SnarkjsProcess) {
    this.#setup = setup;
    this.#process = Promise.resolve(process);
  }

  /** @throws Groth16Error as `SnarkjsProcess.start` */
  static async start(setup: Setup): Promise<SnarkjsWorker> {
    return new SnarkjsWorker(setup, await SnarkjsProcess.start(setup));
  }

  async prove(job: WorkerJob): Promise<MadeProof> {
    const reply = await this.#run('prove', job);
    if (reply.kind !== 'proved') throw refusal(reply);
    return { proof: decodeCoordinatesOf(reply.proof), publicSignals: reply.publicSignals };
  }

  async witness(job: WorkerJob): Promise<readonly bigint[]> {
    const reply = await this.#run('witness', job);
    if (reply.kind !== 'witness') throw refusal(reply);
    return reply.witness;
  }

  async close(): Promise<void> {
    await (await this.#process)?.kill();
  }

  /** @throws Groth16Error `WORKER_DIED` */
  async #run(kind: Request['kind'], { circuit, input, signal, onStage }: WorkerJob): Promise<Reply> {
    const process = (await this.#process) ?? (await SnarkjsProcess.start(this.#setup));
    this.#process = Promise.resolve(process);
    const kill = () => void process.kill();
    signal?.addEventListener('abort', kill, { once: true });
    if (signal?.aborted) kill();
    try {
      const reply = await process.run({ kind, circuit, input });
      if ('stages' in reply) for (const { stage, startNs, endNs } of reply.stages) onStage(stage, startNs, endNs);
      return reply;
    } catch (error) {
      this.#process = this.#replace(process);
      throw error;
    } finally {
      signal?.removeEventListener('abort', kill);
    }
  }

  async #replace(process: SnarkjsProcess): Promise<SnarkjsProcess | undefined> {
    await process.kill();
    return SnarkjsProcess.start(this.#setup).catch(() => undefined);
  }
}

function refusal(reply: Reply): Groth16Error {
  return reply.kind === 'failed'
    ? new Groth16Error(reply.code, reply.message)
    : new Groth16Error('PROVER_FAILED', 'the proving process gave an answer to another question');
}
