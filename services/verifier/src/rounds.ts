/** When the rounds of {@link Rounds} begin. */
export interface Pace {
  /** Milliseconds from the beginning of a round to that of the next, at least, after one that held a single piece of work. */
  readonly aloneMs: number;
  /** The same after one that several pieces of work shared: more of them come, and none of them is waited for by itself. */
  readonly togetherMs: number;
  /** So many pieces of work do not wait for others. */
  readonly enough: number;
}

/**
 * Lets work begin in rounds, so that what costs as much for one as for many is shared: at once after a quiet time, else together with all
 * that comes until the next round is due.
 */
export class Rounds {
  readonly #pace: Pace;
  #beganAt = Number.NEGATIVE_INFINITY;
  /** Pieces of work of the round that began last. */
  #held = 0;
  #next: { readonly begun: PromiseWithResolvers<void>; readonly timer: NodeJS.Timeout; pieces: number } | undefined;

  constructor(pace: Pace) {
    this.#pace = pace;
  }

  /** Resolves when the round begins that the caller is in. */
  begin(): Promise<void> {
    const { aloneMs, togetherMs, enough } = this.#pace;
    const waitMs = this.#beganAt + (this.#held > 1 ? togetherMs : aloneMs) - performance.now();
    if (this.#next === undefined && waitMs <= 0) {
      this.#note(1);
      return Promise.resolve();
    }
    this.#next ??= {
      begun: Promise.withResolvers<void>(),
      timer: setTimeout(() => this.#beginNext(), waitMs),
      pieces: 0,
    };
    const { begun } = this.#next;
    this.#next.pieces += 1;
    if (this.#next.pieces >= enough) this.#beginNext();
    return begun.promise;
  }

  #beginNext(): void {
    const { begun, timer, pieces } = this.#next!;
    clearTimeout(timer);
    this.#next = undefined;
    this.#note(pieces);
    begun.resolve();
  }

  #note(pieces: number): void {
    this.#beganAt = performance.now();
    this.#held = pieces;
  }
}
