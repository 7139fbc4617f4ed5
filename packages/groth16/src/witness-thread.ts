import { Worker } from 'node:worker_threads';
import { Groth16Error } from './error.ts';
import type { WitnessInput } from './witness-calculator.ts';
import type { Calculators, WitnessReply, WitnessRequest } from './witness-messages.ts';

/**
 * A thread that runs the WebAssembly calculators of circuits: a witness takes some 100 ms, for which the main thread must not
 * stand still. It computes one at a time, and is started anew when it dies.
 */
export class WitnessThread {
  readonly #calculators: Calculators;
  #worker: Worker | undefined;

  private constructor(calculators: Calculators) {
    this.#calculators = calculators;
  }

  /**
   * Starts the thread and has it compile every calculator.
   *
   * @returns the thread, with the number of wires of each circuit
   * @throws Groth16Error `MALFORMED_CALCULATOR`, `WORKER_DIED`
   */
  static async start(
    calculators: Calculators,
  ): Promise<[thread: WitnessThread, wireCounts: ReadonlyMap<string, number>]> {
    const thread = new WitnessThread(calculators);
    try {
      return [thread, await thread.#begin()];
    } catch (error) {
      await thread.close();
      throw error;
    }
  }

  /**
   * The value of each wire, 32 bytes each, little-endian. Whoever takes them wipes them.
   *
   * @throws Groth16Error as `WitnessCalculator.witness`, and `WORKER_DIED`
   */
  async witness(circuit: string, input: WitnessInput): Promise<Uint8Array> {
    if (this.#worker === undefined) await this.#begin();
    const request: WitnessRequest = { circuit, input };
    const reply = await this.#reply(() => this.#worker!.postMessage(request));
    if (reply.kind !== 'witness') throw refusal(reply);
    return reply.bytes;
  }

  /** Ends the thread. */
  async close(): Promise<void> {
    await this.#worker?.terminate();
  }

  async #begin(): Promise<ReadonlyMap<string, number>> {
    const worker = new Worker(new URL('./witness-thread-main.ts', import.meta.url), {
      workerData: this.#calculators,
      // No stream, no option and no environment of this process, as for a process that proves.
      stdout: true,
      stderr: true,
      execArgv: [],
      env: {},
    });
    this.#worker = worker;
    // Without a listener, an error of the thread would end this process.
    worker.on('error', () => undefined);
    worker.once('exit', () => {
      this.#worker = undefined;
    });
    const reply = await this.#reply(() => undefined);
    if (reply.kind !== 'ready') throw refusal(reply);
    return reply.wireCounts;
  }

  /** The thread's next message. */
  #reply(ask: () => void): Promise<WitnessReply> {
    const worker = this.#worker!;
    return new Promise((resolve, reject) => {
      const died = () => reject(new Groth16Error('WORKER_DIED', 'the thread that computes witnesses ended'));
      worker.once('exit', died);
      worker.once('message', (reply: WitnessReply) => {
        worker.off('exit', died);
        resolve(reply);
      });
      ask();
    });
  }
}

function refusal(reply: WitnessReply): Groth16Error {
  return reply.kind === 'failed'
    ? new Groth16Error(reply.code, reply.message)
    : new Groth16Error('PROVER_FAILED', 'the thread gave an answer to another question');
}
