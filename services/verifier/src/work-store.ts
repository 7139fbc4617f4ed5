import { DatabaseSync } from 'node:sqlite';
import type { TraceContext } from '@assay/bus';

/** An authenticated envelope that waits for a predecessor. */
export interface PendingEnvelope {
  readonly digest: string;
  readonly bytes: Uint8Array;
  readonly table: Uint8Array | undefined;
  readonly code: string;
  /** Milliseconds since 1970. */
  readonly firstReceivedAt: number;
  /** The trace it came with, in which its later entry and event belong. */
  readonly trace: TraceContext | undefined;
}

interface Row {
  digest: string;
  bytes: Uint8Array;
  attachment: Uint8Array | null;
  code: string;
  first_received_at: number;
  traceparent: string | null;
  tracestate: string | null;
}

/**
 * What the verifier has yet to do, on disk: envelopes that wait (they were acknowledged to the bus, so they have to outlive
 * the process), and up to which entry the bus has been told.
 */
export class WorkStore {
  readonly #db: DatabaseSync;
  readonly #statements: ReturnType<typeof prepareStatements>;

  constructor(path: string) {
    this.#db = new DatabaseSync(path);
    this.#db.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = FULL;
      CREATE TABLE IF NOT EXISTS pending (
        digest TEXT PRIMARY KEY, bytes BLOB NOT NULL, attachment BLOB, code TEXT NOT NULL, first_received_at INTEGER NOT NULL,
        traceparent TEXT, tracestate TEXT, decided INTEGER NOT NULL DEFAULT 0
      ) STRICT;
      CREATE TABLE IF NOT EXISTS announced (only INTEGER PRIMARY KEY CHECK (only = 1), below INTEGER NOT NULL) STRICT;
      INSERT OR IGNORE INTO announced VALUES (1, 0);
    `);
    this.#statements = prepareStatements(this.#db);
  }

  /** Keeps an envelope, durably; a known one only gets its new code, and waits again if it did not. */
  put({ digest, bytes, table, code, firstReceivedAt, trace }: PendingEnvelope): void {
    const { traceparent = null, tracestate = null } = trace ?? {};
    this.#db
      .prepare(
        'INSERT INTO pending VALUES (?, ?, ?, ?, ?, ?, ?, 0) ON CONFLICT (digest) DO UPDATE SET code = excluded.code, decided = 0',
      )
      .run(digest, bytes, table ?? null, code, firstReceivedAt, traceparent, tracestate);
  }

  /** A waiting envelope. */
  get(digest: string): PendingEnvelope | undefined {
    const row = this.#db.prepare('SELECT * FROM pending WHERE digest = ? AND decided = 0').get(digest);
    return row && fromRow(row as unknown as Row);
  }

  /** All that wait, oldest first. */
  list(): PendingEnvelope[] {
    const rows = this.#db.prepare('SELECT * FROM pending WHERE decided = 0 ORDER BY first_received_at, rowid').all();
    return (rows as unknown as Row[]).map(fromRow);
  }

  /** Notes that an envelope waits no longer: it is archived. Its trace is kept until it is announced. */
  settle(digest: string): void {
    this.#statements.settle.run(digest);
  }

  /** The trace of an envelope that waits, or waited and is not announced yet. */
  traceOf(digest: string): TraceContext | undefined {
    const row = this.#statements.byDigest.get(digest);
    return row && traceFrom(row as unknown as Row);
  }

  /** Entries below this leaf index have been announced on the bus. */
  get announcedBelow(): number {
    return Number(this.#statements.announcedBelow.get()!.below);
  }

  /**
   * Notes that every entry below `below` has been announced; what was kept for these announcements goes. Not synced by itself: a power cut
   * that undoes it has the entries announced once more.
   */
  announced(below: number): void {
    this.#db.exec('PRAGMA synchronous = NORMAL; BEGIN IMMEDIATE');
    try {
      this.#statements.announced.run(below);
      this.#statements.forgetDecided.run();
      this.#db.exec('COMMIT');
    } finally {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      this.#db.exec('PRAGMA synchronous = FULL');
    }
  }

  close(): void {
    this.#db.close();
  }
}

/** What every envelope needs; the rest is compiled when it is asked for. */
function prepareStatements(db: DatabaseSync) {
  return {
    announcedBelow: db.prepare('SELECT below FROM announced'),
    announced: db.prepare('UPDATE announced SET below = ?'),
    forgetDecided: db.prepare('DELETE FROM pending WHERE decided = 1'),
    settle: db.prepare('UPDATE pending SET decided = 1 WHERE digest = ?'),
    byDigest: db.prepare('SELECT * FROM pending WHERE digest = ?'),
  };
}

function fromRow(row: Row): PendingEnvelope {
  return {
    digest: row.digest,
    bytes: row.bytes,
    table: row.attachment ?? undefined,
    code: row.code,
    firstReceivedAt: row.first_received_at,
    trace: traceFrom(row),
  };
}

function traceFrom({ traceparent, tracestate }: Row): TraceContext | undefined {
  if (traceparent === null) return undefined;
  return tracestate === null ? { traceparent } : { traceparent, tracestate };
}
