/** Something to wait at: open or shut. Waiting ends when it opens or the signal aborts. */
export class Gate {
  #open = false;
  #opened = Promise.withResolvers<void>();

  /** True while nobody has to wait. */
  get isOpen(): boolean {
    return this.#open;
  }

  open(): void {
    this.#open = true;
    this.#opened.resolve();
  }

  shut(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#opened = Promise.withResolvers<void>();
  }

  /** Resolves to true once the gate is open, to false when `signal` aborts first. */
  async passed(signal: AbortSignal): Promise<boolean> {
    while (!this.#open) {
      if (signal.aborted) return false;
      const aborted = Promise.withResolvers<void>();
      const abort = () => aborted.resolve();
      signal.addEventListener('abort', abort, { once: true });
      await Promise.race([this.#opened.promise, aborted.promise]);
      signal.removeEventListener('abort', abort);
    }
    return !signal.aborted;
  }
}
