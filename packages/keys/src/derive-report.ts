import type { DeriveProgress } from './derive-keys.ts';

const BAR = 20;

/** A stream to report to. */
export interface ReportStream {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** A key, of which points are computed, or a graph, of which nothing is known but that it is being extracted. */
interface Work {
  readonly startedAt: number;
  readonly points?: number;
  done: number;
}

/** Shows how a derivation goes: a bar on a terminal, otherwise one line when a key or graph is begun and one when it is done. */
export class DeriveReport implements DeriveProgress {
  readonly #stream: ReportStream;
  readonly #running = new Map<string, Work>();

  constructor(stream: ReportStream) {
    this.#stream = stream;
  }

  started(statement: string, points: number): void {
    this.#begin(statement, { startedAt: performance.now(), points, done: 0 });
    if (!this.#stream.isTTY) this.#stream.write(`keys: ${statement}, ${points} points ...\n`);
  }

  advanced(statement: string, points: number): void {
    this.#running.get(statement)!.done += points;
    this.#draw();
  }

  finished(statement: string): void {
    this.#end(statement, (seconds) => `${statement} derived in ${seconds} s`);
  }

  graphStarted(statement: string): void {
    this.#begin(statement, { startedAt: performance.now(), done: 0 });
    if (!this.#stream.isTTY) this.#stream.write(`keys: ${statement}, witness graph ...\n`);
  }

  graphFinished(statement: string, obstacle?: string): void {
    this.#end(statement, (seconds) =>
      obstacle === undefined
        ? `${statement}, witness graph extracted in ${seconds} s`
        : `${statement}, no witness graph: ${obstacle}`,
    );
  }

  #begin(statement: string, work: Work): void {
    this.#running.set(statement, work);
    this.#draw();
  }

  #end(statement: string, describe: (seconds: string) => string): void {
    const { startedAt } = this.#running.get(statement)!;
    this.#running.delete(statement);
    if (this.#stream.isTTY) this.#stream.write('\r\x1b[K');
    this.#stream.write(`keys: ${describe(((performance.now() - startedAt) / 1000).toFixed(1))}\n`);
    this.#draw();
  }

  #draw(): void {
    if (!this.#stream.isTTY || this.#running.size === 0) return;
    const parts = [...this.#running].map(([statement, { points, done }]) => {
      if (points === undefined) return `witness graph of ${statement} ...`;
      const share = Math.min(1, done / points);
      const bar = '#'.repeat(Math.round(BAR * share)).padEnd(BAR, '.');
      return `[${bar}] ${Math.floor(100 * share)} % ${statement}`;
    });
    this.#stream.write(`\r\x1b[Kkeys ${parts.join(', ')}`);
  }
}
