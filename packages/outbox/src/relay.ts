import { setTimeout as delay, setImmediate as immediate } from 'node:timers/promises';
import type { OutboxMessage } from './message.ts';
import type { Outbox, PublishMessage } from './outbox.ts';

/** Options of `Outbox.relay`. */
export interface RelayOptions {
  /** First wait after a failed publication, in milliseconds; doubles up to `maxRetryMs`. Default 100. */
  readonly firstRetryMs?: number;
  /** Default 10,000. */
  readonly maxRetryMs?: number;
  /**
   * The code under which to set a message aside when `error` can never be cured; `undefined` to try again. Default:
   * always try again.
   */
  readonly refusal?: (error: unknown) => string | undefined;
  /** Told of each failed attempt. */
  readonly onFailure?: (error: unknown, attempt: number) => void;
}

/** How soon to look again when a transaction is open over more than one turn of the event loop. */
const BUSY_MS = 5;

/** Publishes the messages of an outbox one after another. It sleeps until it is woken; timers run only for retries. */
export class Relay {
  readonly #outbox: Outbox;
  readonly #publish: PublishMessage;
  readonly #options: RelayOptions;
  readonly #stop = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #active = false;
  #again = false;

  constructor(outbox: Outbox, publish: PublishMessage, options: RelayOptions = {}) {
    this.#outbox = outbox;
    this.#publish = publish;
    this.#options = options;
  }

  /** Aborted when stopping begins. */
  get stopping(): AbortSignal {
    return this.#stop.signal;
  }

  /** Looks for waiting messages, now or as soon as the present one is done. Called by the outbox. */
  wake(): void {
    this.#again = true;
    if (this.#active || this.#stop.signal.aborted) return;
    this.#active = true;
    this.#running = this.#run();
  }

  /** Resolves when nothing waits any more, or the relay is stopped. */
  async idle(): Promise<void> {
    // An enqueueing wakes the relay at the end of its turn.
    await immediate();
    while (this.#active) await this.#running;
  }

  /** Lets the publication under way finish, starts no other. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    try {
      while (this.#again && !this.#stop.signal.aborted) {
        this.#again = false;
        await this.#publishWaiting();
      }
    } finally {
      this.#active = false;
    }
  }

  async #publishWaiting(): Promise<void> {
    for (let attempt = 1; !this.#stop.signal.aborted; ) {
      if (this.#outbox.busy) {
        await this.#pause(BUSY_MS);
        continue;
      }
      const outcome = await this.#publishNext(attempt);
      if (outcome === 'none') return;
      attempt = outcome === 'failed' ? attempt + 1 : 1;
    }
  }

  /** One step: the oldest waiting message is sent or set aside (`settled`), or a wait follows its failure. */
  async #publishNext(attempt: number): Promise<'none' | 'settled' | 'failed'> {
    let message: OutboxMessage | undefined;
    try {
      message = this.#outbox.nextWaiting();
      if (message === undefined) return 'none';
      const { seq } = message;
      await this.#publish(message);
      await this.#write(() => this.#outbox.markSent(seq));
      return 'settled';
    } catch (error) {
      this.#options.onFailure?.(error, attempt);
      const refusal = this.#options.refusal?.(error);
      if (message !== undefined && refusal !== undefined) {
        const { seq } = message;
        await this.#write(() => this.#outbox.markRefused(seq, refusal));
        return 'settled';
      }
      await this.#pause(this.#wait(attempt));
      return 'failed';
    }
  }

  /** Writes outside any transaction of others, who might undo it. */
  async #write(write: () => void): Promise<void> {
    while (this.#outbox.busy && !this.#stop.signal.aborted) await this.#pause(BUSY_MS);
    write();
  }

  #wait(attempt: number): number {
    const { firstRetryMs = 100, maxRetryMs = 10_000 } = this.#options;
    return Math.min(maxRetryMs, firstRetryMs * 2 ** Math.min(attempt - 1, 20));
  }

  async #pause(ms: number): Promise<void> {
    await delay(ms, undefined, { signal: this.#stop.signal }).catch((error: unknown) => {
      if (!this.#stop.signal.aborted) throw error;
    });
  }
}
