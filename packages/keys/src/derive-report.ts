import type { DeriveProgress } from './derive-keys.ts';

const BAR = 20;

/** A stream to report to. */
export interface ReportStream {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** Shows how a derivation goes: a bar on a terminal, otherwise one line when a key is begun and one when it is done. */
export class DeriveReport implements DeriveProgress {
  readonly #stream: ReportStream;
  #statement = '';
  #points = 0;
  #done = 0;
  #startedAt = 0;

  constructor(stream: ReportStream) {
    this.#stream = stream;
  }

  started(statement: string, points: number): void {
    this.#statement = statement;
    this.#points = points;
    this.#done = 0;
    this.#startedAt = performance.now();
    if (this.#stream.isTTY) this.#draw();
    else this.#stream.write(`keys: ${statement}, ${points} points ...\n`);
  }

  advanced(points: number): void {
    this.#done += points;
    if (this.#stream.isTTY) this.#draw();
  }

  finished(statement: string): void {
    const seconds = ((performance.now() - this.#startedAt) / 1000).toFixed(1);
    if (this.#stream.isTTY) this.#stream.write('\r\x1b[K');
    this.#stream.write(`keys: ${statement} derived in ${seconds} s\n`);
  }

  graphStarted(statement: string): void {
    this.#startedAt = performance.now();
    if (this.#stream.isTTY) this.#stream.write(`\r\x1b[Kkeys: witness graph of ${statement} ...`);
    else this.#stream.write(`keys: ${statement}, witness graph ...\n`);
  }

  graphFinished(statement: string, obstacle?: string): void {
    const seconds = ((performance.now() - this.#startedAt) / 1000).toFixed(1);
    if (this.#stream.isTTY) this.#stream.write('\r\x1b[K');
    const outcome =
      obstacle === undefined ? `witness graph extracted in ${seconds} s` : `no witness graph: ${obstacle}`;
    this.#stream.write(`keys: ${statement}, ${outcome}\n`);
  }

  #draw(): void {
    const share = Math.min(1, this.#done / this.#points);
    const bar = '#'.repeat(Math.round(BAR * share)).padEnd(BAR, '.');
    this.#stream.write(`\r\x1b[Kkeys [${bar}] ${Math.floor(100 * share)} % ${this.#statement}`);
  }
}
