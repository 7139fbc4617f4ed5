/** What became of one test or check. */
export type Outcome =
  | { readonly kind: 'passed' }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'skipped'; readonly reason: string };

/** Counts outcomes over the whole run, and keeps the names of what did not pass. */
export class Tally {
  readonly #failed: string[] = [];
  readonly #skipped: string[] = [];
  #passed = 0;

  /** Counts one outcome; `name` says which test, with its file. */
  add(name: string, outcome: Outcome): void {
    if (outcome.kind === 'passed') this.#passed += 1;
    else if (outcome.kind === 'failed') this.#failed.push(name);
    else this.#skipped.push(`${name} (${outcome.reason})`);
  }

  /** Whether something ran and nothing failed. */
  get succeeded(): boolean {
    return this.#failed.length === 0 && this.#passed > 0;
  }

  /** The closing lines: names of what was skipped or failed, and as the last line the counts. */
  summary(): string[] {
    const skipped = this.#skipped.length === 0 ? '' : `, ${this.#skipped.length} skipped`;
    return [
      ...this.#skipped.map((name) => `skipped: ${name}`),
      ...this.#failed.map((name) => `failed: ${name}`),
      `${this.#passed} passed, ${this.#failed.length} failed${skipped}`,
    ];
  }
}
