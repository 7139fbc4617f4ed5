import { createHash, randomBytes } from 'node:crypto';

/** A read-only token as the file of tokens keeps it: by its hash. */
export interface TokenRecord {
  /** The examiner it was given to. */
  readonly name: string;
  /** Hex SHA-256 of the token. */
  readonly hash: string;
  /** When it ends, milliseconds since 1970. */
  readonly expiresAt: number;
}

/** What an examiner's name may be. */
export const EXAMINER_PATTERN = /^[a-z0-9-]{1,40}$/;

const LINE = /^(?<name>[a-z0-9-]{1,40}) (?<hash>[0-9a-f]{64}) (?<expires>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)$/;
/** The prefix lets scanners of repositories and logs know one. */
const PREFIX = 'assay_';
const TOKEN_BYTES = 32;

/** A new token, which is shown once, and the record that is kept of it. */
export function newToken(name: string, expiresAt: number): { readonly token: string; readonly record: TokenRecord } {
  const token = `${PREFIX}${randomBytes(TOKEN_BYTES).toString('base64url')}`;
  return { token, record: { name, hash: tokenHash(token), expiresAt } };
}

/** Hex SHA-256 of a token: its bits are random, so that one round is enough. */
export function tokenHash(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** The line of the file that keeps a token: name, hash, expiry. */
export function formatTokenRecord({ name, hash, expiresAt }: TokenRecord): string {
  return `${name} ${hash} ${new Date(expiresAt).toISOString()}\n`;
}

/**
 * Reads a file of tokens: a record a line; empty lines and those that begin with `#` say nothing. Taking a line out revokes
 * its token.
 *
 * @returns the records, or the number of the first line that is none
 */
export function parseTokenFile(text: string): readonly TokenRecord[] | number {
  const records: TokenRecord[] = [];
  for (const [at, line] of text.split('\n').entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const groups = LINE.exec(line)?.groups;
    const expiresAt = Date.parse(groups?.expires ?? '');
    if (groups === undefined || Number.isNaN(expiresAt)) return at + 1;
    records.push({ name: groups.name!, hash: groups.hash!, expiresAt });
  }
  return records;
}
