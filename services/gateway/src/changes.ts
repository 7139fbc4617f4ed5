/** Tells those who wait for a thing that it changed. */
export class Changes {
  readonly #waiting = new Map<string, Set<() => void>>();

  /**
   * Resolves at the next change of `key`, or when `signal` aborts, or after `timeoutMs`. Ask for it before reading the
   * thing: a change in between is then not missed.
   */
  next(key: string, signal: AbortSignal, timeoutMs?: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const waiting = this.#waiting.get(key) ?? new Set();
    this.#waiting.set(key, waiting);
    const timer = timeoutMs === undefined ? undefined : setTimeout(() => done(), timeoutMs);
    const done = (): void => {
      clearTimeout(timer);
      waiting.delete(done);
      if (waiting.size === 0 && this.#waiting.get(key) === waiting) this.#waiting.delete(key);
      signal.removeEventListener('abort', done);
      resolve();
    };
    waiting.add(done);
    signal.addEventListener('abort', done, { once: true });
    if (signal.aborted) done();
    return promise;
  }

  /** Wakes everybody who waits for `key`. */
  changed(key: string): void {
    for (const wake of [...(this.#waiting.get(key) ?? [])]) wake();
  }
}
