import { DatabaseSync } from 'node:sqlite';

/** An authenticated envelope that waits for a predecessor. */
export interface PendingEnvelope {
  readonly digest: string;
  readonly bytes: Uint8Array;
  readonly table: Uint8Array | undefined;
  readonly code: string;
  readonly firstReceivedAt: number;
}

interface Row {
  digest: string;
  bytes: Uint8Array;
  attachment: Uint8Array | null;
  code: string;
  first_received_at: number;
}

/** Pending envelopes on disk: acknowledged to the bus, so they have to outlive the process. */
export class PendingStore {
  readonly #db: DatabaseSync;

  constructor(path: string) {
    this.#db = new DatabaseSync(path);
    this.#db.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = FULL;
      CREATE TABLE IF NOT EXISTS pending (
        digest TEXT PRIMARY KEY, bytes BLOB NOT NULL, attachment BLOB, code TEXT NOT NULL, first_received_at INTEGER NOT NULL
      ) STRICT;
    `);
  }

  /** Keeps an envelope, durably; a known one only gets its new code. */
  put({ digest, bytes, table, code, firstReceivedAt }: PendingEnvelope): void {
    this.#db
      .prepare('INSERT INTO pending VALUES (?, ?, ?, ?, ?) ON CONFLICT (digest) DO UPDATE SET code = excluded.code')
      .run(digest, bytes, table ?? null, code, firstReceivedAt);
  }

  get(digest: string): PendingEnvelope | undefined {
    const row = this.#db.prepare('SELECT * FROM pending WHERE digest = ?').get(digest);
    return row && fromRow(row as unknown as Row);
  }

  delete(digest: string): void {
    this.#db.prepare('DELETE FROM pending WHERE digest = ?').run(digest);
  }

  /** All of them, oldest first. */
  list(): PendingEnvelope[] {
    const rows = this.#db.prepare('SELECT * FROM pending ORDER BY first_received_at, digest').all();
    return (rows as unknown as Row[]).map(fromRow);
  }

  close(): void {
    this.#db.close();
  }
}

function fromRow(row: Row): PendingEnvelope {
  return {
    digest: row.digest,
    bytes: row.bytes,
    table: row.attachment ?? undefined,
    code: row.code,
    firstReceivedAt: row.first_received_at,
  };
}
