import { readFileSync, statSync } from 'node:fs';
import { HttpProblem } from './error.ts';
import { parseTokenFile, type TokenRecord, tokenHash } from './token-file.ts';

/** How often a changed file is noticed, milliseconds. */
const FRESH_MS = 1000;

/** Who may read: the tokens of a file, which is read again when it changes, so that a new token counts and a removed one does not. */
export class TokenBook {
  readonly #path: string;
  readonly #clock: () => number;
  #records: ReadonlyMap<string, TokenRecord> = new Map();
  #version = '';
  #checkedAt = Number.NEGATIVE_INFINITY;

  /** @throws Error where the file cannot be read, or is none of tokens */
  constructor(path: string, clock: () => number = Date.now) {
    this.#path = path;
    this.#clock = clock;
    this.#refresh();
  }

  /**
   * The examiner whose token an `Authorization` header carries.
   *
   * @throws HttpProblem `unauthenticated`, `token-expired`; `unavailable` while the file cannot be read
   */
  examiner(authorization: string | undefined): string {
    const token = /^Bearer ([A-Za-z0-9_-]{1,100})$/i.exec(authorization ?? '')?.[1];
    if (token === undefined) throw unauthenticated('send a token as `Authorization: Bearer`');
    const record = this.#known().get(tokenHash(token));
    if (record === undefined) throw unauthenticated('the token is not known here');
    if (this.#clock() >= record.expiresAt) throw new HttpProblem('token-expired', 'ask for a new one');
    return record.name;
  }

  #known(): ReadonlyMap<string, TokenRecord> {
    if (Math.abs(this.#clock() - this.#checkedAt) < FRESH_MS) return this.#records;
    try {
      this.#refresh();
    } catch (cause) {
      this.#checkedAt = Number.NEGATIVE_INFINITY;
      throw new HttpProblem('unavailable', 'the tokens cannot be read', { cause });
    }
    return this.#records;
  }

  #refresh(): void {
    const { mtimeMs, size, ino } = statSync(this.#path);
    const version = `${mtimeMs} ${size} ${ino}`;
    if (version !== this.#version) {
      const records = parseTokenFile(readFileSync(this.#path, 'utf8'));
      if (typeof records === 'number') throw new Error(`line ${records} of the file of tokens is no token`);
      this.#records = new Map(records.map((record) => [record.hash, record]));
      this.#version = version;
    }
    this.#checkedAt = this.#clock();
  }
}

function unauthenticated(detail: string): HttpProblem {
  return new HttpProblem('unauthenticated', detail, { headers: { 'www-authenticate': 'Bearer realm="assay"' } });
}
