/** A stream that progress goes to: standard error, or what a test puts in its place. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const BAR = 20;
const REDRAW_MS = 250;

/**
 * Shows how far a step is, with the time it has taken: a bar that is redrawn on a terminal, otherwise a line when work starts
 * and one when it ends. Says nothing at all when everything was in the cache.
 */
export class Progress {
  readonly #title: string;
  readonly #total: number;
  readonly #stream: ProgressStream;
  readonly #started = performance.now();
  readonly #running = new Set<string>();
  #done = 0;
  #timer: NodeJS.Timeout | undefined;

  /** `total` counts all pieces of work that may come, those that turn out to be in the cache included. */
  constructor(title: string, total: number, stream: ProgressStream = process.stderr) {
    this.#title = title;
    this.#total = total;
    this.#stream = stream;
  }

  /** Shows `label` while `work` runs, and counts it as done after. */
  async during<T>(label: string, work: () => Promise<T>): Promise<T> {
    this.#running.add(label);
    const started = performance.now();
    if (this.#stream.isTTY) this.#timer ??= setInterval(() => this.#draw(), REDRAW_MS);
    else this.#line(`${label} ...`);
    try {
      const result = await work();
      if (!this.#stream.isTTY) this.#line(`${label} done in ${seconds(started)}`);
      return result;
    } catch (error) {
      this.note(`${label} failed after ${seconds(started)}`);
      throw error;
    } finally {
      this.#running.delete(label);
      this.#done += 1;
    }
  }

  /** One line that stays, above the bar. */
  note(text: string): void {
    if (this.#stream.isTTY) this.#stream.write('\r\x1b[K');
    this.#line(text);
  }

  /** Ends the bar; call it when the step is over, however it went. */
  end(): void {
    clearInterval(this.#timer);
    if (this.#timer !== undefined) this.#stream.write('\r\x1b[K');
    if (this.#done > 0) this.#line(`${this.#done} done in ${seconds(this.#started)}`);
  }

  #line(text: string): void {
    this.#stream.write(`${this.#title}: ${text}\n`);
  }

  #draw(): void {
    const filled = Math.round((BAR * this.#done) / this.#total);
    const bar = '#'.repeat(filled).padEnd(BAR, '.');
    const text = `${this.#title} [${bar}] ${this.#done}/${this.#total} ${seconds(this.#started)} ${[...this.#running].join(', ')}`;
    this.#stream.write(`\r\x1b[K${text.slice(0, (this.#stream.columns || 80) - 1)}`);
  }
}

function seconds(since: number): string {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`;
}
