import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { IndexDefinition } from '@assay/archive';
import type { Entry } from '@assay/verify';
import { describeEnvelope, UNDESCRIBED } from './describe-envelope.ts';
import { envelopeOf } from './envelope-of.ts';
import { SlotColumn } from './slot-column.ts';

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
  /** Bytes of the envelope. */
  readonly size: number;
  /** Hex digest of what came with it: a fairness statement's table. */
  readonly attachment: string | null;
  readonly reason: string | null;
  readonly window: number | null;
  /** Verdicts of a fairness statement, one digit a partition. */
  readonly verdicts: string | null;
  /** Decimal applicant commitment or model commitment that the statement is about. */
  readonly subject: string | null;
  /** Decimal commitment of the model that a decision or conformance statement names. */
  readonly model: string | null;
  /** The slot of the intake that it is or is about; null while none is registered. */
  readonly slot: number | null;
}

/** The verifier's tables over the log; all of it can be rebuilt from the archive's files. */
export const STATEMENT_INDEX: IndexDefinition = {
  version: 4,
  // `topic` is the statement, or the kind of an entry that is none. `slot` is that of the entry's intake.
  schemaSql: `
    CREATE TABLE entries (
      leaf INTEGER PRIMARY KEY, kind TEXT NOT NULL, statement TEXT, bank TEXT, scope TEXT, received_at INTEGER NOT NULL,
      digest TEXT NOT NULL, size INTEGER NOT NULL, attachment TEXT, reason TEXT, window INTEGER, verdicts TEXT, subject TEXT,
      registry_head TEXT NOT NULL, topic TEXT, model TEXT, admitted_at INTEGER, slot INTEGER
    ) STRICT;
    CREATE TABLE slots (scope TEXT, slot INTEGER, since INTEGER, before INTEGER, PRIMARY KEY (scope, since)) STRICT, WITHOUT ROWID;
    CREATE INDEX entries_without_slot ON entries (scope, admitted_at) WHERE slot IS NULL AND admitted_at IS NOT NULL;
    CREATE INDEX entries_by_subject ON entries (subject, leaf) WHERE subject IS NOT NULL;
  `,
  queriesSql: `
    CREATE UNIQUE INDEX IF NOT EXISTS entries_by_digest ON entries (digest);
    CREATE INDEX IF NOT EXISTS entries_rejected ON entries (kind, leaf) WHERE kind = 'rejected';
    CREATE INDEX IF NOT EXISTS entries_by_bank ON entries (bank, topic, leaf);
    CREATE INDEX IF NOT EXISTS entries_by_topic ON entries (topic, leaf);
    CREATE INDEX IF NOT EXISTS entries_by_scope ON entries (scope, topic, leaf);
    CREATE INDEX IF NOT EXISTS entries_by_slot ON entries (scope, slot, topic, leaf) WHERE slot IS NOT NULL;
    CREATE INDEX IF NOT EXISTS entries_by_window ON entries (scope, window, leaf) WHERE window IS NOT NULL;
    CREATE INDEX IF NOT EXISTS entries_by_model ON entries (model, topic, leaf, scope, bank) WHERE model IS NOT NULL;
    CREATE INDEX IF NOT EXISTS entries_by_reason ON entries (reason, leaf) WHERE reason IS NOT NULL;
  `,
  blobOf: envelopeOf,
  prepare: (db) => {
    const insert = db.prepare(`INSERT INTO entries VALUES (${Array(18).fill('?').join(', ')})`);
    const slots = new SlotColumn(db);
    return (index, leaf, blobs) => {
      const entry = readEntry(leaf);
      const { kind, statement, receivedAt, payload } = entry;
      const bytes = kind === 'rejected' ? undefined : blobs(Buffer.from(payload.sha256, 'hex'));
      const described = bytes === undefined ? UNDESCRIBED : describeEnvelope(bytes);
      const isIntake = statement === 'eligibility' && described.subject !== null;
      if (isIntake) slots.admit(described.subject, receivedAt);
      const admittedAt = slots.admissionOf(described.subject);
      insert.run(
        index,
        kind,
        statement ?? null,
        entry.bank ?? null,
        described.scope,
        receivedAt,
        payload.sha256,
        payload.size,
        entry.attachments?.[0] ?? null,
        entry.reason ?? null,
        described.window,
        described.verdicts,
        described.subject,
        entry.registryHead,
        statement ?? (kind === 'rejected' ? null : kind),
        described.model,
        admittedAt,
        admittedAt === null ? null : slots.slotAt(described.scope, admittedAt),
      );
      if (described.slot !== undefined) slots.add(described.slot);
    };
  },
};

/** Reads a leaf of our own log, which the writer encoded and whose hash was compared: its form is not checked again. */
function readEntry(leaf: Uint8Array): Entry {
  const text = Buffer.from(leaf.buffer, leaf.byteOffset, leaf.length).toString('latin1');
  const { receivedAt, ...entry } = JSON.parse(text) as Omit<Entry, 'receivedAt'> & { readonly receivedAt: string };
  return { ...entry, receivedAt: Date.parse(receivedAt) };
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

/** Takes out of the index what it knows of envelopes that were removed, as if it had been built without them. */
export function forgetPruned(db: DatabaseSync, digests: Iterable<string>): void {
  const forget = db.prepare(
    'UPDATE entries SET scope = NULL, window = NULL, verdicts = NULL, subject = NULL, model = NULL, admitted_at = NULL, slot = NULL WHERE digest = ?',
  );
  db.exec('BEGIN IMMEDIATE');
  for (const digest of digests) forget.run(digest);
  db.exec('COMMIT');
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

/** Begins a query of entries. */
export const SELECT = `SELECT leaf AS "index", kind, statement, bank, scope, received_at AS receivedAt, registry_head AS registryHead,
  digest, size, attachment, reason, window, verdicts, subject, model, slot FROM entries`;
