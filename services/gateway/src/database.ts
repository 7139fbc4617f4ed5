import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { loadOrCreateKey, Outbox, SealedColumn } from '@assay/outbox';

const SCHEMA = `
  PRAGMA secure_delete = ON;
  CREATE TABLE IF NOT EXISTS requests (
    request_id TEXT PRIMARY KEY, mac BLOB NOT NULL, target TEXT NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS applications (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, request_id TEXT NOT NULL, scope TEXT NOT NULL,
    ordinal INTEGER NOT NULL, state INTEGER NOT NULL, outcome BLOB, commitment TEXT UNIQUE, slot INTEGER, pending TEXT,
    rejection_reason INTEGER, rejection_check TEXT, rejection_code TEXT, version INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, traceparent TEXT, tracestate TEXT
  ) STRICT;
  CREATE INDEX IF NOT EXISTS applications_by_state ON applications (state, seq);
  CREATE TABLE IF NOT EXISTS statements (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, digest TEXT NOT NULL UNIQUE, application TEXT NOT NULL, kind INTEGER NOT NULL,
    result INTEGER NOT NULL DEFAULT 0, leaf INTEGER, code TEXT NOT NULL DEFAULT '', failed_check TEXT NOT NULL DEFAULT ''
  ) STRICT;
  CREATE INDEX IF NOT EXISTS statements_by_application ON statements (application, seq);
  CREATE TABLE IF NOT EXISTS operations (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, task TEXT NOT NULL, secret BLOB, report BLOB,
    sealed BLOB, prover_operation TEXT, state TEXT NOT NULL, stage TEXT NOT NULL, result BLOB, error BLOB,
    created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, traceparent TEXT, tracestate TEXT
  ) STRICT;
  CREATE INDEX IF NOT EXISTS operations_running ON operations (seq) WHERE state = 'RUNNING';
  CREATE TABLE IF NOT EXISTS events (
    seq INTEGER NOT NULL, sub INTEGER NOT NULL, id TEXT NOT NULL UNIQUE, at INTEGER NOT NULL, kind INTEGER NOT NULL,
    body BLOB NOT NULL, PRIMARY KEY (seq, sub)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS windows (
    scope TEXT NOT NULL, number INTEGER NOT NULL, state INTEGER NOT NULL, PRIMARY KEY (scope, number)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS positions (stream TEXT PRIMARY KEY, first INTEGER NOT NULL, last INTEGER NOT NULL) STRICT;
`;

/**
 * The gateway's one SQLite file: ids, states, digests and indices. No attribute is ever in it: a request is known by a MAC
 * under a key of this gateway's own, a job is there as it travels (sealed to the prover) until the prover has it, and an
 * outcome or an upload that waits for its prover is sealed under a key beside the file.
 */
export interface Database {
  readonly db: DatabaseSync;
  readonly outbox: Outbox;
  readonly sealed: SealedColumn;
  /** Key of the requests' MACs. */
  readonly requestKey: Uint8Array;
}

/** Opens the state in a directory, or makes it. Errors: those of the file system, of SQLite, and OutboxError. */
export function openDatabase(dir: string): Database {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const db = new DatabaseSync(join(dir, 'gateway.sqlite'));
  const outbox = Outbox.attach(db);
  db.exec(SCHEMA);
  return {
    db,
    outbox,
    sealed: SealedColumn.open(loadOrCreateKey(join(dir, 'cells.key'))),
    requestKey: loadOrCreateKey(join(dir, 'requests.key')),
  };
}
