import type { DatabaseSync } from 'node:sqlite';
import { OutboxError } from './error.ts';

const TABLE = `
  CREATE TABLE IF NOT EXISTS outbox (
    seq           INTEGER PRIMARY KEY AUTOINCREMENT,
    id            TEXT NOT NULL UNIQUE,
    subject       TEXT NOT NULL,
    source        TEXT NOT NULL,
    type          TEXT NOT NULL,
    content_type  TEXT NOT NULL,
    about         TEXT,
    data          BLOB NOT NULL,
    traceparent   TEXT,
    tracestate    TEXT,
    enqueued_at   INTEGER NOT NULL,
    generation    INTEGER NOT NULL DEFAULT 0,
    sent_at       INTEGER,
    refused       TEXT,
    archived_at   INTEGER,
    receipt       BLOB
  ) STRICT;
  CREATE INDEX IF NOT EXISTS outbox_waiting ON outbox (seq)
    WHERE sent_at IS NULL AND archived_at IS NULL AND refused IS NULL;
  CREATE INDEX IF NOT EXISTS outbox_unarchived ON outbox (sent_at)
    WHERE archived_at IS NULL AND refused IS NULL;
`;

/**
 * Prepares a database: a write-ahead log that is synced at every commit, and the table `outbox`. Errors: `NOT_DURABLE`
 * for a database in memory, `IN_TRANSACTION`.
 */
export function prepareDatabase(db: DatabaseSync): void {
  if (db.isTransaction) throw new OutboxError('IN_TRANSACTION', 'attach the outbox before a transaction begins');
  const { journal_mode: mode } = db.prepare('PRAGMA journal_mode = WAL').get() ?? {};
  if (mode !== 'wal')
    throw new OutboxError('NOT_DURABLE', 'an outbox needs a database file that can have a write-ahead log');
  db.exec('PRAGMA synchronous = FULL');
  db.exec(TABLE);
}
