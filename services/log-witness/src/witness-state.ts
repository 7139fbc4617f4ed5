import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** The last head of a log that was cosigned, or is about to be. */
export interface Head {
  readonly size: number;
  readonly root: Uint8Array;
  /** The signed note, with the log's signature and, once it is made, the cosignature. */
  readonly note: Uint8Array;
}

/** Why a log is no longer cosigned. */
export type AlarmKind =
  /** Two signed heads of one size with different roots. */
  | 'fork'
  /** Two signed heads of which the smaller tree is no prefix of the larger. */
  | 'inconsistent';

/** What shows that a log has signed two histories. */
export interface Alarm {
  readonly kind: AlarmKind;
  /** Milliseconds since 1970. */
  readonly raisedAt: number;
  /** The two signed notes; of `inconsistent`, the smaller tree's first. */
  readonly first: Uint8Array;
  readonly second: Uint8Array;
  /** Of `inconsistent`: a consistency proof that leads to the second tree, from another root than the first's. */
  readonly proof: readonly Uint8Array[];
}

const SCHEMA = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  CREATE TABLE IF NOT EXISTS heads (
    origin TEXT PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT NULL, note BLOB NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS alarms (
    seq INTEGER PRIMARY KEY, origin TEXT NOT NULL, kind TEXT NOT NULL, raised_at INTEGER NOT NULL, first BLOB NOT NULL,
    second BLOB NOT NULL, proof BLOB NOT NULL, acknowledged_at INTEGER
  ) STRICT;
`;

const HASH_SIZE = 32;

/** What a log witness must not forget: on disk before any call returns, but for cosignatures, which can be made again. */
export class WitnessState implements Disposable {
  readonly #db: DatabaseSync;

  /** Opens the state in a directory, or makes it. Errors are those of the file system and of SQLite. */
  constructor(dir: string) {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    this.#db = new DatabaseSync(join(dir, 'log-witness.sqlite'));
    this.#db.exec(SCHEMA);
  }

  /** The last head of a log, undefined before the first. */
  head(origin: string): Head | undefined {
    const row = this.#db.prepare('SELECT size, root, note FROM heads WHERE origin = ?').get(origin);
    return row && { size: Number(row.size), root: row.root as Uint8Array, note: row.note as Uint8Array };
  }

  /** Replaces the last head of a log. */
  keep(origin: string, { size, root, note }: Head): void {
    this.#db.prepare('INSERT OR REPLACE INTO heads VALUES (?, ?, ?, ?)').run(origin, size, root, note);
  }

  /** Adds the cosignature to the head, unless there is a newer one. Not synced by itself: a power cut may undo it, the head stays. */
  keepNote(origin: string, size: number, note: Uint8Array): void {
    this.#db.exec('PRAGMA synchronous = NORMAL');
    try {
      this.#db.prepare('UPDATE heads SET note = ? WHERE origin = ? AND size = ?').run(note, origin, size);
    } finally {
      this.#db.exec('PRAGMA synchronous = FULL');
    }
  }

  raise(origin: string, { kind, raisedAt, first, second, proof }: Alarm): void {
    this.#db
      .prepare('INSERT INTO alarms (origin, kind, raised_at, first, second, proof) VALUES (?, ?, ?, ?, ?, ?)')
      .run(origin, kind, raisedAt, first, second, Buffer.concat(proof));
  }

  /** The first alarm about a log that nobody has acknowledged. */
  alarm(origin: string): Alarm | undefined {
    const row = this.#db
      .prepare('SELECT * FROM alarms WHERE origin = ? AND acknowledged_at IS NULL ORDER BY seq LIMIT 1')
      .get(origin);
    if (row === undefined) return undefined;
    const proof = row.proof as Uint8Array;
    return {
      kind: row.kind as AlarmKind,
      raisedAt: Number(row.raised_at),
      first: row.first as Uint8Array,
      second: row.second as Uint8Array,
      proof: Array.from({ length: proof.length / HASH_SIZE }, (_, at) =>
        proof.slice(at * HASH_SIZE, (at + 1) * HASH_SIZE),
      ),
    };
  }

  /** Notes that an operator has seen the alarms about a log. @returns how many */
  acknowledge(origin: string, at: number): number {
    const { changes } = this.#db
      .prepare('UPDATE alarms SET acknowledged_at = ? WHERE origin = ? AND acknowledged_at IS NULL')
      .run(at, origin);
    return Number(changes);
  }

  [Symbol.dispose](): void {
    this.#db.close();
  }
}
