import type { DatabaseSync, StatementSync } from 'node:sqlite';
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
  /** Hex hash chain over the registrations before the entry. */
  readonly registryHead: string;
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
  version: 2,
  schemaSql: `
    CREATE TABLE entries (
      leaf INTEGER PRIMARY KEY, kind TEXT NOT NULL, statement TEXT, bank TEXT, scope TEXT, received_at INTEGER NOT NULL,
      digest TEXT NOT NULL UNIQUE, reason TEXT, window INTEGER, verdicts TEXT, subject TEXT, registry_head TEXT NOT NULL
    ) STRICT;
    CREATE INDEX entries_by_statement ON entries (statement, leaf);
    CREATE INDEX entries_by_scope ON entries (scope, leaf);
    CREATE INDEX entries_by_bank ON entries (bank, leaf);
    CREATE INDEX entries_by_subject ON entries (subject);
  `,
  prepare: (db) => {
    const insert = db.prepare('INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
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
        entry.registryHead,
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
  return lookups(db).byDigest.get(digest) as IndexedStatement | undefined;
}

/** Entry by leaf index. */
export function findByIndex(db: DatabaseSync, index: number): IndexedStatement | undefined {
  return lookups(db).byIndex.get(index) as IndexedStatement | undefined;
}

/** Registrations from leaf `from` on, in the order of the log. */
export function registrationsFrom(db: DatabaseSync, from: number): IndexedStatement[] {
  return lookups(db).registrationsFrom.all(from) as unknown as IndexedStatement[];
}

interface Lookups {
  readonly byDigest: StatementSync;
  readonly byIndex: StatementSync;
  readonly registrationsFrom: StatementSync;
}

const prepared = new WeakMap<DatabaseSync, Lookups>();

/** What every envelope needs, compiled once. */
function lookups(db: DatabaseSync): Lookups {
  const known = prepared.get(db) ?? {
    byDigest: db.prepare(`${SELECT} WHERE digest = ?`),
    byIndex: db.prepare(`${SELECT} WHERE leaf = ?`),
    registrationsFrom: db.prepare(`${SELECT} WHERE leaf >= ? AND kind = 'registration' ORDER BY leaf`),
  };
  prepared.set(db, known);
  return known;
}

/** What a listing is narrowed to; an empty list or an absent member does not narrow. */
export interface StatementFilter {
  readonly kinds?: readonly string[];
  readonly statements?: readonly string[];
  readonly bank?: string;
  readonly scope?: string;
  readonly window?: number;
  /** Only fairness statements with one of these verdict digits in some partition. */
  readonly verdicts?: readonly number[];
  readonly subject?: string;
  /** Receipt time in milliseconds since 1970: from, included, and before, excluded. */
  readonly receivedFrom?: number;
  readonly receivedBefore?: number;
}

/** Entries before leaf `before` that match, newest first, at most `limit`. */
export function listEntries(
  db: DatabaseSync,
  filter: StatementFilter,
  before: number,
  limit: number,
): IndexedStatement[] {
  const clauses = ['leaf < ?'];
  const values: (string | number)[] = [before];
  const narrow = (clause: string, ...given: readonly (string | number)[]): void => {
    clauses.push(clause);
    values.push(...given);
  };
  const oneOf = (column: string, given: readonly (string | number)[] = []): void => {
    if (given.length > 0) narrow(`${column} IN (${given.map(() => '?').join(', ')})`, ...given);
  };
  oneOf('kind', filter.kinds);
  oneOf('statement', filter.statements);
  for (const column of ['bank', 'scope', 'window', 'subject'] as const) {
    const value = filter[column];
    if (value !== undefined) narrow(`${column} = ?`, value);
  }
  if (filter.receivedFrom !== undefined) narrow('received_at >= ?', filter.receivedFrom);
  if (filter.receivedBefore !== undefined) narrow('received_at < ?', filter.receivedBefore);
  const verdicts = filter.verdicts ?? [];
  if (verdicts.length > 0) {
    narrow(`(${verdicts.map(() => 'verdicts LIKE ?').join(' OR ')})`, ...verdicts.map((digit) => `%${digit}%`));
  }
  const rows = db.prepare(`${SELECT} WHERE ${clauses.join(' AND ')} ORDER BY leaf DESC LIMIT ?`).all(...values, limit);
  return rows as unknown as IndexedStatement[];
}

const SELECT = `SELECT leaf AS "index", kind, statement, bank, scope, received_at AS receivedAt, registry_head AS registryHead, digest, reason, window, verdicts, subject FROM entries`;
