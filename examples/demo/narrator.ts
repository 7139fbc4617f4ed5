/** Where the demo says what it does: a terminal, or a file that gets plain lines. */
export interface NarratorStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const BAR = 24;
const PLAIN_LINES = 6;

/** Tells of the run, step by step: one line each, and a bar that is redrawn where there is a terminal. */
export class Narrator {
  readonly #stream: NarratorStream;
  readonly #started = performance.now();
  #barShown = false;

  constructor(stream: NarratorStream = process.stderr) {
    this.#stream = stream;
  }

  /** One line that stays. */
  say(line: string): void {
    this.#clearBar();
    this.#stream.write(`${this.#elapsed()}  ${line}\n`);
  }

  /** Shows how far a step is: redrawn on a terminal, else a line now and then and at the end. */
  progress(title: string, done: number, total: number): void {
    if (this.#stream.isTTY) {
      this.#drawBar(title, done, total);
      if (done < total) return;
    }
    const every = Math.max(1, Math.floor(total / PLAIN_LINES));
    if (done === total || (!this.#stream.isTTY && done > 0 && done % every === 0))
      this.say(`${title}: ${done} of ${total}`);
  }

  #drawBar(title: string, done: number, total: number): void {
    const filled = Math.round((BAR * done) / total);
    const text = `${this.#elapsed()}  ${title} [${'#'.repeat(filled).padEnd(BAR, '.')}] ${done}/${total}`;
    this.#stream.write(`\r\x1b[K${text.slice(0, (this.#stream.columns || 80) - 1)}`);
    this.#barShown = true;
  }

  #clearBar(): void {
    if (this.#barShown) this.#stream.write('\r\x1b[K');
    this.#barShown = false;
  }

  #elapsed(): string {
    return `${((performance.now() - this.#started) / 1000).toFixed(1).padStart(6)} s`;
  }
}
