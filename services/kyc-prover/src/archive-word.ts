/** Lets work wait for what the archive says of an envelope. */
export class ArchiveWord {
  readonly #waiting = new Map<string, Set<() => void>>();

  /** The archive has accepted or rejected the envelope with this digest, and that is stored. */
  said(digest: string): void {
    for (const wake of this.#waiting.get(digest) ?? []) wake();
  }

  /** Resolves once `isSaid` holds or the time is over, whichever comes first. */
  async wait(digest: string, isSaid: () => boolean, milliseconds: number): Promise<void> {
    if (isSaid()) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const waiting = this.#waiting.get(digest) ?? new Set();
    this.#waiting.set(digest, waiting.add(resolve));
    const timer = setTimeout(resolve, milliseconds);
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      waiting.delete(resolve);
      if (waiting.size === 0) this.#waiting.delete(digest);
    }
  }
}
