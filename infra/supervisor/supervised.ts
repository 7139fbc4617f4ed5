import { setTimeout as delay } from 'node:timers/promises';

/** One run of a process. */
export interface Running {
  /** Resolves when it has ended. */
  readonly exited: Promise<unknown>;
  /** Asks it to drain, and waits. */
  stop(): Promise<unknown>;
  /** Ends it without warning. */
  kill(): Promise<unknown>;
}

/** Options of `Supervised.start`. */
export interface SupervisedOptions {
  /** First wait before a crashed process is started again; doubles up to `maxBackoffMs`. */
  readonly firstBackoffMs: number;
  readonly maxBackoffMs: number;
  /** A process that ran so long counts as healthy: the waits begin anew. */
  readonly healthyMs: number;
  /** Told when it has ended unasked, and when a start has failed. */
  readonly onEvent: (event: string) => void;
}

/** A process that is started again whenever it ends unasked. */
export class Supervised {
  readonly #launch: () => Promise<Running>;
  readonly #options: SupervisedOptions;
  readonly #stop = new AbortController();
  readonly #over: Promise<void>;
  #running: Running;
  #isUp = true;
  #up = Promise.withResolvers<void>();

  private constructor(launch: () => Promise<Running>, options: SupervisedOptions, running: Running) {
    this.#launch = launch;
    this.#options = options;
    this.#running = running;
    this.#up.resolve();
    this.#over = this.#supervise();
  }

  /** Starts it once; whoever calls decides what a failure of the first start means. */
  static async start(launch: () => Promise<Running>, options: SupervisedOptions): Promise<Supervised> {
    return new Supervised(launch, options, await launch());
  }

  /** Resolves while it runs, else as soon as it runs again. */
  get ready(): Promise<void> {
    return this.#up.promise;
  }

  /** Ends it as a crash would, resolving when it has ended; it is then started again. For tests of faults. */
  async crash(): Promise<void> {
    this.#markDown();
    await this.#running.kill();
  }

  /** Drains it; it stays down. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running.stop();
    await this.#over;
  }

  async #supervise(): Promise<void> {
    let failures = 0;
    while (!this.#stop.signal.aborted) {
      const started = performance.now();
      await this.#running.exited;
      if (this.#stop.signal.aborted) return;
      this.#markDown();
      if (performance.now() - started >= this.#options.healthyMs) failures = 0;
      this.#options.onEvent('ended unasked, starting it again');
      for (let up = false; !up && !this.#stop.signal.aborted; ) {
        failures += 1;
        await this.#pause(failures);
        if (!this.#stop.signal.aborted) up = await this.#relaunch();
      }
    }
  }

  async #relaunch(): Promise<boolean> {
    try {
      const running = await this.#launch();
      this.#running = running;
      if (this.#stop.signal.aborted) await running.stop();
      this.#markUp();
      return true;
    } catch (error) {
      this.#options.onEvent(`did not start: ${error instanceof Error ? error.message : 'unknown failure'}`);
      return false;
    }
  }

  #markDown(): void {
    if (!this.#isUp) return;
    this.#isUp = false;
    this.#up = Promise.withResolvers<void>();
  }

  #markUp(): void {
    this.#isUp = true;
    this.#up.resolve();
  }

  async #pause(failures: number): Promise<void> {
    const { firstBackoffMs, maxBackoffMs } = this.#options;
    const wait = Math.min(maxBackoffMs, firstBackoffMs * 2 ** Math.min(failures - 1, 16));
    await delay(wait, undefined, { signal: this.#stop.signal }).catch((error: unknown) => {
      if (!this.#stop.signal.aborted) throw error;
    });
  }
}
