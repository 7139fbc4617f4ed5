import { setTimeout as delay } from 'node:timers/promises';

/**
 * Lets work begin in rounds, so that what costs as much for one as for many is shared: at once after a quiet time, else together with all
 * that comes until the next round is due.
 */
export class Rounds {
  readonly #everyMs: number;
  #beganAt = Number.NEGATIVE_INFINITY;
  #next: Promise<void> | undefined;

  /** @param everyMs from the beginning of one round to that of the next, at least */
  constructor(everyMs: number) {
    this.#everyMs = everyMs;
  }

  /** Resolves when the round begins that the caller is in. */
  begin(): Promise<void> {
    if (this.#next !== undefined) return this.#next;
    const waitMs = this.#beganAt + this.#everyMs - performance.now();
    if (waitMs <= 0) {
      this.#beganAt = performance.now();
      return Promise.resolve();
    }
    this.#next = delay(waitMs).then(() => {
      this.#beganAt = performance.now();
      this.#next = undefined;
    });
    return this.#next;
  }
}
