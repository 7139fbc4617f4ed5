import { gateway } from '@assay/contracts';
import { prepared } from '@assay/outbox';
import type { Database } from './database.ts';

/** A place in the feed: behind the event that the archive's stream has at `seq`, and `sub` more that are not of the stream. */
export interface Position {
  readonly seq: number;
  readonly sub: number;
}

/** An event with its place. */
export interface StoredEvent {
  readonly position: Position;
  readonly event: gateway.Event;
}

const STREAM = 'ARCHIVE';

/**
 * The feed of events, in the order of the archive's stream, each once. Places follow from the stream alone for what the
 * archive says; what the gateway itself observes comes behind the last of those. Methods that write are to be called in a
 * transaction.
 */
export class EventStore {
  readonly #database: Database;
  readonly #now: () => number;

  constructor(database: Database, now: () => number = Date.now) {
    this.#database = database;
    this.#now = now;
  }

  /** How far the stream was read, from its first message that was there on. */
  get read(): { readonly first: number; readonly last: number } {
    const row = prepared(this.#database.db, 'SELECT first, last FROM positions WHERE stream = ?').get(STREAM);
    return row === undefined ? { first: 1, last: 0 } : { first: Number(row.first), last: Number(row.last) };
  }

  /** Remembers that the stream was read up to `seq`. */
  saveRead(seq: number): void {
    prepared(
      this.#database.db,
      'INSERT INTO positions VALUES (?, ?, ?) ON CONFLICT (stream) DO UPDATE SET last = excluded.last',
    ).run(STREAM, seq, seq);
  }

  /** Adds what the stream has at `seq`, unless an event of this id came before; false then. What a stream has that began anew comes last. */
  addFromStream(seq: number, id: string, body: gateway.Event['body']): boolean {
    const last = this.#stored;
    return this.#insert(seq > last.seq ? { seq, sub: 0 } : { seq: last.seq, sub: last.sub + 1 }, id, body);
  }

  /** Adds what the gateway observed. */
  addObserved(id: string, body: gateway.Event['body']): void {
    const { seq, sub } = this.last;
    this.#insert({ seq, sub: sub + 1 }, id, body);
  }

  /** The place behind the last event, or behind all that was read of the stream. */
  get last(): Position {
    const stored = this.#stored;
    const { last } = this.read;
    return stored.seq >= last ? stored : { seq: last, sub: 0 };
  }

  /** The place of the last event. */
  get #stored(): Position {
    const row = prepared(this.#database.db, 'SELECT seq, sub FROM events ORDER BY seq DESC, sub DESC LIMIT 1').get();
    return { seq: Number(row?.seq ?? 0), sub: Number(row?.sub ?? 0) };
  }

  /** The events behind a place, at most `limit`. */
  after({ seq, sub }: Position, limit: number): StoredEvent[] {
    const rows = prepared(
      this.#database.db,
      'SELECT * FROM events WHERE (seq, sub) > (?, ?) ORDER BY seq, sub LIMIT ?',
    ).all(seq, sub, limit);
    return rows.map((row) => ({
      position: { seq: Number(row.seq), sub: Number(row.sub) },
      event: gateway.Event.decode(row.body as Uint8Array),
    }));
  }

  #insert({ seq, sub }: Position, id: string, body: gateway.Event['body']): boolean {
    const at = this.#now();
    const bytes = gateway.Event.encode({ occurredAt: new Date(at), body }).finish();
    const kind = body?.$case === 'statement' ? (body.value.statement?.kind ?? 0) : 0;
    return (
      prepared(this.#database.db, 'INSERT INTO events VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING').run(
        seq,
        sub,
        id,
        at,
        kind,
        bytes,
      ).changes !== 0
    );
  }
}
