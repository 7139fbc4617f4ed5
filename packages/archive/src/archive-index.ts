import { hash } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { BlobsAhead } from './blobs-ahead.ts';
import type { ArchiveReader, IndexedEntry } from './reader.ts';

/** Most entries applied in one transaction. */
const BATCH = 4096;

/** Reads a blob by digest, undefined where it is not kept; see `ArchiveReader.blobSync`. */
export type BlobReader = (digest: Uint8Array) => Uint8Array | undefined;

/** Puts one entry into the index. Synchronous: it runs inside a transaction. What it throws undoes the transaction. */
export type ApplyEntry = (index: number, leaf: Uint8Array, blobs: BlobReader) => void;

/** What an index is made of. All of it derives from the log, in order. */
export type IndexDefinition = {
  /** Creates the tables, and the indexes that applying entries needs. Names that begin with `archive_index` are taken. */
  readonly schemaSql: string;
  /**
   * Creates the indexes that queries alone need, each `IF NOT EXISTS`. Run whenever the index has been opened and caught up: over the
   * whole log at once, an index is built in a fraction of the time that it takes entry by entry.
   */
  readonly queriesSql?: string;
  /** Raise it when `prepare` gives another result for the same entries: the index is built anew. */
  readonly version: number;
  /** Hex digest of the blob that applying an entry will read, which may then be read ahead. */
  readonly blobOf?: (leaf: Uint8Array) => string | undefined;
  /** Prepares statements and gives the function that applies entries. Called once each time the index is opened. */
  readonly prepare: (db: DatabaseSync) => ApplyEntry;
};

/**
 * Tables over the log in a SQLite file, kept outside the archive's directory. The log is the record: the file may be
 * deleted at any time, and is built anew when it is missing, damaged, of another version, of another log, or ahead of
 * the log it is opened for.
 */
export class ArchiveIndex {
  /** For queries. What is written through it outside `prepare`'s function is lost when the index is built anew. */
  readonly db: DatabaseSync;
  readonly #apply: ApplyEntry;
  readonly #blobOf: (leaf: Uint8Array) => string | undefined;
  #last: Promise<unknown> = Promise.resolve();

  private constructor(db: DatabaseSync, definition: IndexDefinition) {
    this.db = db;
    this.#apply = definition.prepare(db);
    this.#blobOf = definition.blobOf ?? (() => undefined);
  }

  /**
   * Opens the index in the file at `path` (its directory is made) and applies what the log has beyond it.
   *
   * @throws what `prepare`'s function throws; ArchiveError `corrupt` where the log cannot be read; SQLite's own errors
   * other than a damaged file
   */
  static async open(path: string, reader: ArchiveReader, definition: IndexDefinition): Promise<ArchiveIndex> {
    mkdirSync(dirname(path), { recursive: true });
    const db = (await openExisting(path, reader, definition)) ?? create(path, reader, definition);
    try {
      const index = new ArchiveIndex(db, definition);
      await index.catchUp(reader);
      if (definition.queriesSql !== undefined) db.exec(definition.queriesSql);
      return index;
    } catch (error) {
      db.close();
      throw error;
    }
  }

  /** Entries that the index covers. */
  get size(): number {
    return readMeta(this.db)!.size;
  }

  /**
   * Applies the entries that the log has beyond the index, in transactions of up to 4,096. Calls that overlap are
   * carried out one after the other.
   *
   * @returns how many were applied
   * @throws as `open`
   */
  catchUp(reader: ArchiveReader): Promise<number> {
    const done = this.#last.then(() => this.#catchUp(reader));
    this.#last = done.then(
      () => undefined,
      () => undefined, // The caller of that call has its error.
    );
    return done;
  }

  /** Closes the database, after what has begun. */
  async close(): Promise<void> {
    await this.#last;
    this.db.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #catchUp(reader: ArchiveReader): Promise<number> {
    const start = this.size;
    let batch: IndexedEntry[] = [];
    if (start >= reader.size) return 0;
    await using ahead = new BlobsAhead(reader, { from: start, blobOf: this.#blobOf });
    for await (const entry of ahead.entries()) {
      batch.push(entry);
      if (batch.length < BATCH && entry.index + 1 < reader.size) continue;
      const root = await reader.rootAt(entry.index + 1);
      this.#applyBatch(batch, root, (digest) => ahead.blobSync(digest));
      batch = [];
    }
    return reader.size - start;
  }

  #applyBatch(batch: readonly IndexedEntry[], root: Uint8Array, blobs: BlobReader): void {
    this.db.exec('BEGIN IMMEDIATE');
    try {
      for (const { index, leaf } of batch) this.#apply(index, leaf, blobs);
      this.db.prepare('UPDATE archive_index_meta SET size = ?, root = ?').run(batch.at(-1)!.index + 1, root);
      this.db.exec('COMMIT');
    } catch (error) {
      if (this.db.isTransaction) this.db.exec('ROLLBACK');
      throw error;
    }
  }
}

type Meta = { definition: string; origin: string; size: number; root: Uint8Array };

/** The index in the file, where it is whole and one of this log; else undefined. */
async function openExisting(
  path: string,
  reader: ArchiveReader,
  definition: IndexDefinition,
): Promise<DatabaseSync | undefined> {
  const db = new DatabaseSync(path);
  try {
    if (isWhole(db)) {
      const meta = readMeta(db);
      const known = meta?.definition === identify(definition) && meta.origin === reader.origin;
      const covered = known && meta.size <= reader.size;
      if (covered && Buffer.compare(await reader.rootAt(meta.size), meta.root) === 0) {
        configure(db);
        return db;
      }
    }
  } catch (error) {
    if (!isDamage(error)) {
      db.close();
      throw error;
    }
  }
  db.close();
  return undefined;
}

function create(path: string, reader: ArchiveReader, definition: IndexDefinition): DatabaseSync {
  for (const file of [path, `${path}-wal`, `${path}-shm`, `${path}-journal`]) rmSync(file, { force: true });
  const db = new DatabaseSync(path);
  configure(db);
  db.exec('BEGIN IMMEDIATE');
  db.exec('CREATE TABLE archive_index_meta (definition TEXT, origin TEXT, size INTEGER, root BLOB) STRICT');
  db.exec(definition.schemaSql);
  const emptyRoot = hash('sha256', '', 'buffer');
  db.prepare('INSERT INTO archive_index_meta VALUES (?, ?, 0, ?)').run(identify(definition), reader.origin, emptyRoot);
  db.exec('COMMIT');
  return db;
}

/** Transactions are not synced one by one: what a power cut takes from the index, the next opening applies again. */
function configure(db: DatabaseSync): void {
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON');
  // Digests lie anywhere in their index: while it is built it has to stay in memory, and so do the pages of a transaction.
  db.exec('PRAGMA cache_size = -65536; PRAGMA wal_autocheckpoint = 16384');
}

function isWhole(db: DatabaseSync): boolean {
  const tables = db.prepare("SELECT count(*) AS n FROM sqlite_schema WHERE name = 'archive_index_meta'").get();
  if (tables?.n !== 1) return false;
  return db.prepare('PRAGMA quick_check(1)').get()?.quick_check === 'ok';
}

function readMeta(db: DatabaseSync): Meta | undefined {
  return db.prepare('SELECT definition, origin, size, root FROM archive_index_meta').get() as Meta | undefined;
}

/** A schema that was changed without a new version is another definition as well. */
function identify({ version, schemaSql, queriesSql = '' }: IndexDefinition): string {
  return `${version} ${hash('sha256', `${schemaSql}${queriesSql}`)}`;
}

function isDamage(error: unknown): boolean {
  const SQLITE_CORRUPT = 11;
  const SQLITE_NOTADB = 26;
  if (!(error instanceof Error && 'errcode' in error && typeof error.errcode === 'number')) return false;
  return [SQLITE_CORRUPT, SQLITE_NOTADB].includes(error.errcode & 0xff);
}
