/** Divides processors among the proofs that are being made: each gets its share when it begins, and keeps it. */
export class ThreadShare {
  readonly #processors: number;
  #running = 0;

  constructor(processors: number) {
    this.#processors = processors;
  }

  /** Makes a proof with as many threads as processors are left for each that is being made, at least one. */
  async during<T>(make: (threads: number) => Promise<T>): Promise<T> {
    this.#running += 1;
    try {
      return await make(Math.max(1, Math.floor(this.#processors / this.#running)));
    } finally {
      this.#running -= 1;
    }
  }
}
