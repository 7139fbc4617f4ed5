import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { OutboxError } from './error.ts';
import { messageOf, type NewMessage, type OutboxMessage, type OutboxRow } from './message.ts';
import { Relay, type RelayOptions } from './relay.ts';
import { prepareDatabase } from './schema.ts';
import { inUnsyncedTransaction } from './transaction.ts';

/** Publishes one message; resolves once the bus has stored it. */
export type PublishMessage = (message: OutboxMessage) => Promise<void>;

const WAITING = 'sent_at IS NULL AND archived_at IS NULL AND refused IS NULL';

/**
 * A transactional outbox: a message is stored in the transaction that causes it, published afterwards, as often as it
 * takes, in the order of enqueueing, and kept until the archive has confirmed it. Survives crashes at any point: what is
 * committed is published at least once, what is rolled back never.
 */
export class Outbox {
  readonly #db: DatabaseSync;
  readonly #now: () => number;
  readonly #statements: ReturnType<typeof prepareStatements>;
  readonly #wakers = new Set<() => void>();

  private constructor(db: DatabaseSync, now: () => number) {
    this.#db = db;
    this.#now = now;
    this.#statements = prepareStatements(db);
  }

  /**
   * Opens the outbox in `db`, creating its table. Sets the database to WAL and full synchronisation. `now` gives
   * milliseconds since 1970. Errors: `NOT_DURABLE`, `IN_TRANSACTION`.
   */
  static attach(db: DatabaseSync, now: () => number = Date.now): Outbox {
    prepareDatabase(db);
    return new Outbox(db, now);
  }

  /**
   * Stores a message, inside the caller's open transaction. True when it is new; false when it is stored already with the
   * same subject, type and data, so that work that is repeated after a crash may enqueue again. Errors:
   * `NOT_IN_TRANSACTION`, `ID_CONFLICT`.
   */
  enqueue(message: NewMessage): boolean {
    if (!this.#db.isTransaction) {
      throw new OutboxError('NOT_IN_TRANSACTION', 'enqueue in the transaction that makes the message true');
    }
    if (this.#isStored(message)) return false;
    const { id, subject, source, type, contentType, about, data, traceContext } = message;
    const trace = [traceContext?.traceparent ?? null, traceContext?.tracestate ?? null] as const;
    this.#statements.insert.run(id, subject, source, type, contentType, about ?? null, data, ...trace, this.#now());
    // The transaction is still open: look only once the caller's turn is over.
    setImmediate(() => this.#wake());
    return true;
  }

  /** Starts publishing what waits, and whatever is enqueued from now on. One relay an outbox. */
  relay(publish: PublishMessage, options?: RelayOptions): Relay {
    const relay = new Relay(this, publish, options);
    const wake = () => relay.wake();
    this.#wakers.add(wake);
    relay.stopping.addEventListener('abort', () => this.#wakers.delete(wake), { once: true });
    relay.wake();
    return relay;
  }

  /** How many messages wait for publication. */
  pending(): number {
    return Number(this.#statements.countWaiting.get()?.n);
  }

  /** The message with `id`, whatever its state. */
  find(id: string): OutboxMessage | undefined {
    return read(this.#statements.byId.get(id));
  }

  /** The oldest waiting message; `undefined` when none waits, or while a transaction is open (it may yet be undone). */
  nextWaiting(): OutboxMessage | undefined {
    return this.#db.isTransaction ? undefined : read(this.#statements.firstWaiting.get());
  }

  /** True while a transaction is open on the connection, so that nothing can be said about what waits. */
  get busy(): boolean {
    return this.#db.isTransaction;
  }

  /**
   * Notes that the bus has stored a message. Not synced by itself, but with the next commit: a power cut that undoes it has the message
   * published once more, as a crash before it would.
   */
  markSent(seq: number): void {
    inUnsyncedTransaction(this.#db, () => this.#statements.markSent.run(this.#now(), seq));
  }

  /** Sets a message aside that the bus will never take; `code` says why. The messages behind it go on. */
  markRefused(seq: number, code: string): void {
    this.#statements.markRefused.run(code, seq);
  }

  /** Messages set aside, with the code of the refusal: an operator has to look at them. */
  refused(): { readonly message: OutboxMessage; readonly code: string }[] {
    return this.#statements.refused.all().map((row) => ({
      message: messageOf(row as unknown as OutboxRow),
      code: String(row.refused),
    }));
  }

  /**
   * Notes that the archive holds the message, with its receipt. Also ends the waiting of one whose publication was never
   * acknowledged. False when there is no such message, or it was noted before: the first receipt stays.
   */
  markArchived(id: string, receipt: Uint8Array): boolean {
    return this.#statements.markArchived.run(this.#now(), receipt, id).changes === 1;
  }

  /** The receipt of an archived message. */
  receipt(id: string): Uint8Array | undefined {
    const receipt = this.#statements.receipt.get(id)?.receipt;
    return receipt instanceof Uint8Array ? receipt : undefined;
  }

  /** Messages that were sent at least `afterMs` ago and of which the archive has said nothing yet. */
  unarchived(afterMs: number): OutboxMessage[] {
    return this.#statements.unarchived.all(this.#now() - afterMs).map((row) => messageOf(row as unknown as OutboxRow));
  }

  /**
   * Has the messages of `unarchived(afterMs)` published once more, in a new generation, and says how many. For the
   * reconciler: the archive answers a repeated envelope with the receipt it has.
   */
  republishUnarchived(afterMs: number): number {
    const { changes } = this.#statements.republish.run(this.#now() - afterMs);
    if (changes !== 0) this.#wake();
    return Number(changes);
  }

  /** Removes messages that were archived at least `afterMs` ago, receipts included; says how many. */
  prune(afterMs: number): number {
    return Number(this.#statements.prune.run(this.#now() - afterMs).changes);
  }

  #wake(): void {
    for (const wake of this.#wakers) wake();
  }

  #isStored({ id, subject, type, data }: NewMessage): boolean {
    const stored = this.find(id);
    if (stored === undefined) return false;
    const same = stored.subject === subject && stored.type === type && Buffer.compare(stored.data, data) === 0;
    if (!same) throw new OutboxError('ID_CONFLICT', 'the id is taken by a message with another content');
    return true;
  }
}

function read(row: ReturnType<StatementSync['get']>): OutboxMessage | undefined {
  return row === undefined ? undefined : messageOf(row as unknown as OutboxRow);
}

function prepareStatements(db: DatabaseSync) {
  return {
    insert: db.prepare(
      `INSERT INTO outbox (id, subject, source, type, content_type, about, data, traceparent, tracestate, enqueued_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    byId: db.prepare('SELECT * FROM outbox WHERE id = ?'),
    firstWaiting: db.prepare(`SELECT * FROM outbox WHERE ${WAITING} ORDER BY seq LIMIT 1`),
    countWaiting: db.prepare(`SELECT count(*) AS n FROM outbox WHERE ${WAITING}`),
    markSent: db.prepare('UPDATE outbox SET sent_at = ? WHERE seq = ?'),
    markRefused: db.prepare('UPDATE outbox SET refused = ? WHERE seq = ?'),
    refused: db.prepare('SELECT * FROM outbox WHERE refused IS NOT NULL ORDER BY seq'),
    markArchived: db.prepare('UPDATE outbox SET archived_at = ?, receipt = ? WHERE id = ? AND archived_at IS NULL'),
    receipt: db.prepare('SELECT receipt FROM outbox WHERE id = ?'),
    unarchived: db.prepare(
      'SELECT * FROM outbox WHERE sent_at <= ? AND archived_at IS NULL AND refused IS NULL ORDER BY seq',
    ),
    republish: db.prepare(
      `UPDATE outbox SET sent_at = NULL, generation = generation + 1
       WHERE sent_at <= ? AND archived_at IS NULL AND refused IS NULL`,
    ),
    prune: db.prepare('DELETE FROM outbox WHERE archived_at <= ?'),
  };
}
