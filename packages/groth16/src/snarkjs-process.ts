import { type ChildProcess, fork } from 'node:child_process';
import { Groth16Error } from './error.ts';
import type { Reply, Request, Setup } from './snarkjs-messages.ts';

/** One child process that proves, with its keys loaded. It does one job at a time. */
export class SnarkjsProcess {
  readonly #child: ChildProcess;
  readonly #exited: Promise<void>;
  #settle: { resolve: (reply: Reply) => void; reject: (error: Error) => void } | undefined;

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.#exited = new Promise((resolve) => {
      const gone = (what: string) => {
        this.#settle?.reject(new Groth16Error('WORKER_DIED', `the proving process ${what}`));
        this.#settle = undefined;
        resolve();
      };
      child.once('exit', (code, signal) =>
        gone(signal === null ? `ended with status ${code}` : `was ended by ${signal}`),
      );
      child.once('error', () => gone('could not be started or reached'));
    });
    child.on('message', (reply: Reply) => {
      this.#settle?.resolve(reply);
      this.#settle = undefined;
    });
  }

  /**
   * Starts a process and has it load every key.
   *
   * @throws Groth16Error `MALFORMED_KEY` or `MALFORMED_CALCULATOR` for files that it refuses, `WORKER_DIED` when it ends.
   */
  static async start(setup: Setup): Promise<SnarkjsProcess> {
    const child = fork(new URL('./snarkjs-child.ts', import.meta.url), [], {
      serialization: 'advanced',
      // No stream, no option and no environment of this process: an inspector, a coverage hook or a log could take secrets out.
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      execArgv: [],
      env: {},
    });
    const started = new SnarkjsProcess(child);
    const reply = await started.#exchange(setup);
    if (reply.kind === 'ready') return started;
    await started.kill();
    if (reply.kind !== 'failed')
      throw new Groth16Error('PROVER_FAILED', 'the proving process did not say that it is ready');
    throw new Groth16Error(reply.code, reply.message);
  }

  /** Has one job done. @throws Groth16Error `WORKER_DIED` when the process ends before it answers. */
  run(request: Request): Promise<Reply> {
    return this.#exchange(request);
  }

  /** Ends the process at once; resolves when it is gone. A job that was running rejects with `WORKER_DIED`. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#exited;
  }

  #exchange(message: Setup | Request): Promise<Reply> {
    return new Promise((resolve, reject) => {
      if (!this.#child.connected) return reject(new Groth16Error('WORKER_DIED', 'the proving process is gone'));
      this.#settle = { resolve, reject };
      this.#child.send(message, (error) => {
        // A message that cannot be sent leaves a process that will never answer.
        if (error !== null) this.#child.kill('SIGKILL');
      });
    });
  }
}
