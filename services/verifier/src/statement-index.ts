import type { DatabaseSync } from 'node:sqlite';
import type { IndexDefinition } from '@assay/archive';
import { decodeSignals } from '@assay/statements';
import { decodeEntry, parseEnvelope } from '@assay/verify';
import { hexToBytes } from '@noble/hashes/utils.js';

/** One row of the index: an entry as it is listed. */
export interface IndexedStatement {
  readonly index: number;
  readonly kind: string;
  readonly statement: string | null;
  readonly bank: string | null;
  readonly scope: string | null;
  readonly receivedAt: number;
  readonly digest: string;
  readonly reason: string | null;
  readonly window: number | null;
  /** Verdicts of a fairness statement, one digit a partition. */
  readonly verdicts: string | null;
  /** Decimal applicant commitment or model commitment that the statement is about. */
  readonly subject: string | null;
}

/** The verifier's tables over the log; all of it can be rebuilt from the archive's files. */
export const STATEMENT_INDEX: IndexDefinition = {
  version: 1,
  schemaSql: `
    CREATE TABLE entries (
      leaf INTEGER PRIMARY KEY, kind TEXT NOT NULL, statement TEXT, bank TEXT, scope TEXT, received_at INTEGER NOT NULL,
      digest TEXT NOT NULL UNIQUE, reason TEXT, window INTEGER, verdicts TEXT, subject TEXT
    ) STRICT;
    CREATE INDEX entries_by_statement ON entries (statement, leaf);
    CREATE INDEX entries_by_scope ON entries (scope, leaf);
    CREATE INDEX entries_by_bank ON entries (bank, leaf);
    CREATE INDEX entries_by_subject ON entries (subject);
  `,
  prepare: (db) => {
    const insert = db.prepare('INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
    return (index, leaf, blobs) => {
      const entry = decodeEntry(leaf);
      const bytes = entry.kind === 'rejected' ? undefined : blobs(hexToBytes(entry.payload.sha256));
      const { scope, window, verdicts, subject } = bytes === undefined ? EMPTY : describe(bytes);
      insert.run(
        index,
        entry.kind,
        entry.statement ?? null,
        entry.bank ?? null,
        scope,
        entry.receivedAt,
        entry.payload.sha256,
        entry.reason ?? null,
        window,
        verdicts,
        subject,
      );
    };
  },
};

type Described = Pick<IndexedStatement, 'scope' | 'window' | 'verdicts' | 'subject'>;

const EMPTY: Described = { scope: null, window: null, verdicts: null, subject: null };

function describe(bytes: Uint8Array): Described {
  const { predicate } = parseEnvelope(bytes);
  switch (predicate.type) {
    case 'withdrawal':
      return { ...EMPTY, scope: predicate.scope, subject: String(predicate.applicantCommitment) };
    case 'registration':
      return { ...EMPTY, scope: typeof predicate.body.scope === 'string' ? predicate.body.scope : null };
    case 'proof': {
      const { statement, publicSignals, context } = predicate;
      const common = { ...EMPTY, scope: context.scope ?? null };
      if (statement !== 'fairness') return { ...common, subject: String(publicSignals[0]) };
      const signals = decodeSignals(statement, publicSignals)!;
      const verdicts = `${signals.verdict0}${signals.verdict1}${signals.verdict2}${signals.verdict3}`;
      return { ...common, window: context.window!, verdicts };
    }
  }
}

/** Entry by envelope digest: what makes archiving idempotent. */
export function findByDigest(db: DatabaseSync, digest: string): IndexedStatement | undefined {
  const row = db.prepare(`${SELECT} WHERE digest = ?`).get(digest);
  return row as IndexedStatement | undefined;
}

/** What a listing is narrowed to. */
export interface StatementFilter {
  readonly kind?: string;
  readonly statement?: string;
  readonly bank?: string;
  readonly scope?: string;
  readonly window?: number;
  /** Only fairness statements with this verdict digit in some partition. */
  readonly verdict?: number;
  readonly subject?: string;
}

/** Entries from leaf `from` on that match, at most `limit`, in the log's order. */
export function listEntries(
  db: DatabaseSync,
  filter: StatementFilter,
  from: number,
  limit: number,
): IndexedStatement[] {
  const clauses = ['leaf >= ?'];
  const values: (string | number)[] = [from];
  for (const column of ['kind', 'statement', 'bank', 'scope', 'window', 'subject'] as const) {
    const value = filter[column];
    if (value === undefined) continue;
    clauses.push(`${column} = ?`);
    values.push(value);
  }
  if (filter.verdict !== undefined) {
    clauses.push('verdicts LIKE ?');
    values.push(`%${filter.verdict}%`);
  }
  const rows = db.prepare(`${SELECT} WHERE ${clauses.join(' AND ')} ORDER BY leaf LIMIT ?`).all(...values, limit);
  return rows as unknown as IndexedStatement[];
}

const SELECT = `SELECT leaf AS "index", kind, statement, bank, scope, received_at AS receivedAt, digest, reason, window, verdicts, subject FROM entries`;
