/** A first-in, first-out queue of bounded length, with consumers that wait. */
export class JobQueue<Job> {
  readonly #limit: number;
  readonly #waiting: Job[] = [];
  readonly #consumers: ((job: Job | undefined) => void)[] = [];
  #closed = false;

  /** @param limit jobs that may wait while every consumer is busy */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Jobs that no consumer has taken yet. */
  get length(): number {
    return this.#waiting.length;
  }

  /** Adds a job, or returns false when the queue is full or closed. */
  offer(job: Job): boolean {
    if (this.#closed) return false;
    const consumer = this.#consumers.shift();
    if (consumer !== undefined) {
      consumer(job);
      return true;
    }
    if (this.#waiting.length >= this.#limit) return false;
    this.#waiting.push(job);
    return true;
  }

  /** The next job, when there is one; `undefined` once the queue is closed. */
  take(): Promise<Job | undefined> {
    if (this.#closed) return Promise.resolve(undefined);
    const job = this.#waiting.shift();
    if (job !== undefined) return Promise.resolve(job);
    return new Promise((resolve) => this.#consumers.push(resolve));
  }

  /** Takes a waiting job out; false when it was not waiting. */
  remove(job: Job): boolean {
    const index = this.#waiting.indexOf(job);
    if (index >= 0) this.#waiting.splice(index, 1);
    return index >= 0;
  }

  /** Ends the queue: consumers get `undefined`, waiting jobs are handed back. */
  close(): Job[] {
    this.#closed = true;
    for (const consumer of this.#consumers.splice(0)) consumer(undefined);
    return this.#waiting.splice(0);
  }
}
