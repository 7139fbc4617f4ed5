import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { TraceContext } from '@assay/bus';
import { inTransaction, type NewMessage, Outbox, prepared } from '@assay/outbox';
import type { NamedVerdict, Operation, Stage, Task } from './operation.ts';
import type { OperationFailure } from './operation-failure.ts';

/** What a proof leaves to be published and remembered. */
export interface Proved {
  /** Names the claim: no two envelopes of one claim are published. */
  readonly claim: string;
  readonly message: NewMessage;
  readonly verdicts: readonly NamedVerdict[];
}

/** A request to start an operation. */
export interface NewOperation {
  readonly id: string;
  readonly requestId: string;
  /** Hash of the request's content. */
  readonly requestHash: string;
  readonly task: Task;
  /** The compact JWE that came with it. */
  readonly sealed: Uint8Array;
  readonly trace: TraceContext | undefined;
}

const SCHEMA = `
  PRAGMA secure_delete = ON;
  CREATE TABLE IF NOT EXISTS operations (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, request_id TEXT NOT NULL UNIQUE,
    request_hash TEXT NOT NULL, task TEXT NOT NULL, sealed BLOB, state TEXT NOT NULL, stage TEXT NOT NULL, claim TEXT,
    digest TEXT, verdicts TEXT NOT NULL DEFAULT '[]', leaf INTEGER, error TEXT, created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL, traceparent TEXT, tracestate TEXT
  ) STRICT;
  CREATE INDEX IF NOT EXISTS operations_running ON operations (seq) WHERE state = 'RUNNING';
  CREATE INDEX IF NOT EXISTS operations_by_digest ON operations (digest);
  CREATE INDEX IF NOT EXISTS operations_by_claim ON operations (claim);
  CREATE TABLE IF NOT EXISTS positions (stream TEXT PRIMARY KEY, seq INTEGER NOT NULL) STRICT;
`;

/**
 * Operations and outgoing envelopes in one SQLite file. Secrets stay in it as they came, sealed to this prover, and are
 * removed when what they are for is proved or has failed; an envelope and the message that publishes it are stored in one
 * transaction.
 */
export class OperationStore {
  readonly outbox: Outbox;
  readonly #db: DatabaseSync;
  readonly #now: () => number;

  constructor(dir: string, now: () => number = Date.now) {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    this.#now = now;
    this.#db = new DatabaseSync(join(dir, 'operations.sqlite'));
    this.outbox = Outbox.attach(this.#db, now);
    this.#db.exec(SCHEMA);
  }

  find(id: string): Operation | undefined {
    return read(prepared(this.#db, 'SELECT * FROM operations WHERE id = ?').get(id));
  }

  /** The operation that a request id stands for, with the hash of the request that made it. */
  findByRequest(requestId: string): { readonly operation: Operation; readonly requestHash: string } | undefined {
    const row = prepared(this.#db, 'SELECT * FROM operations WHERE request_id = ?').get(requestId);
    return row && { operation: read(row)!, requestHash: String(row.request_hash) };
  }

  /** Stores a new operation. */
  insert({ id, requestId, requestHash, task, sealed, trace }: NewOperation): Operation {
    const now = this.#now();
    prepared(
      this.#db,
      `INSERT INTO operations
           (id, request_id, request_hash, task, sealed, state, stage, created_at, updated_at, traceparent, tracestate)
         VALUES (?, ?, ?, ?, ?, 'RUNNING', 'queued', ?, ?, ?, ?)`,
    ).run(
      ...[id, requestId, requestHash, JSON.stringify(task), sealed, now, now],
      ...[trace?.traceparent ?? null, trace?.tracestate ?? null],
    );
    return this.find(id)!;
  }

  /** Operations that are still to be proved, oldest first. */
  queued(): Operation[] {
    const rows = prepared(
      this.#db,
      "SELECT * FROM operations WHERE state = 'RUNNING' AND stage = 'queued' ORDER BY seq",
    ).all();
    return rows.map((row) => read(row)!);
  }

  /** The sealed secrets of an operation that is still to be proved. */
  sealed(id: string): Uint8Array | undefined {
    const sealed = prepared(this.#db, 'SELECT sealed FROM operations WHERE id = ?').get(id)?.sealed;
    return sealed instanceof Uint8Array ? sealed : undefined;
  }

  /**
   * Takes over what was made of the same claim before: its envelope and, if the archive has it, its place there. False
   * when there is nothing to take over.
   */
  adopt(id: string, claim: string): boolean {
    const { changes } = prepared(
      this.#db,
      `UPDATE operations SET state = other.state, stage = 'archiving', claim = other.claim, digest = other.digest,
           verdicts = other.verdicts, leaf = other.leaf, sealed = NULL, updated_at = ?
         FROM (SELECT * FROM operations WHERE claim = ? AND state <> 'FAILED' ORDER BY seq LIMIT 1) AS other
         WHERE operations.id = ?`,
    ).run(this.#now(), claim, id);
    return changes !== 0;
  }

  /** Stores an envelope with its message, unless one of the same claim was stored meanwhile: then that one counts. */
  proved(id: string, { claim, message, verdicts }: Proved): void {
    inTransaction(this.#db, () => {
      if (this.adopt(id, claim)) return;
      prepared(
        this.#db,
        `UPDATE operations SET stage = 'archiving', claim = ?, digest = ?, verdicts = ?, sealed = NULL, updated_at = ?
           WHERE id = ?`,
      ).run(claim, message.id, JSON.stringify(verdicts), this.#now(), id);
      this.outbox.enqueue(message);
    });
  }

  /** Ends an operation that cannot succeed. */
  fail(id: string, { code, reason, message }: OperationFailure): void {
    prepared(
      this.#db,
      "UPDATE operations SET state = 'FAILED', error = ?, sealed = NULL, updated_at = ? WHERE id = ?",
    ).run(JSON.stringify({ code, reason, message }), this.#now(), id);
  }

  /** Whether an envelope is one of ours that the archive has said nothing about. */
  awaits(digest: string): boolean {
    return (
      prepared(this.#db, "SELECT 1 FROM operations WHERE digest = ? AND state = 'RUNNING'").get(digest) !== undefined
    );
  }

  /** Ends the operations of an envelope that the archive took, at a leaf index, or refused. */
  settle(digest: string, settled: { readonly index: number } | { readonly refused: OperationFailure }): void {
    inTransaction(this.#db, () => {
      this.outbox.markArchived(digest, new TextEncoder().encode(digest));
      if ('index' in settled) {
        prepared(
          this.#db,
          `UPDATE operations SET state = 'SUCCEEDED', leaf = ?, updated_at = ? WHERE digest = ? AND state = 'RUNNING'`,
        ).run(settled.index, this.#now(), digest);
        return;
      }
      const { code, reason, message } = settled.refused;
      prepared(
        this.#db,
        `UPDATE operations SET state = 'FAILED', error = ?, updated_at = ? WHERE digest = ? AND state = 'RUNNING'`,
      ).run(JSON.stringify({ code, reason, message }), this.#now(), digest);
    });
  }

  /** Sequence number up to which a stream was read; 0 before anything was. */
  position(stream: string): number {
    return Number(prepared(this.#db, 'SELECT seq FROM positions WHERE stream = ?').get(stream)?.seq ?? 0);
  }

  /** Remembers how far a stream was read. */
  savePosition(stream: string, seq: number): void {
    prepared(this.#db, 'INSERT INTO positions VALUES (?, ?) ON CONFLICT (stream) DO UPDATE SET seq = excluded.seq').run(
      stream,
      seq,
    );
  }

  close(): void {
    this.#db.close();
  }
}

function read(row: Record<string, unknown> | undefined): Operation | undefined {
  if (row === undefined) return undefined;
  const text = (name: string): string | undefined => {
    const value = row[name];
    return typeof value === 'string' ? value : undefined;
  };
  const [traceparent, tracestate, error] = [text('traceparent'), text('tracestate'), text('error')];
  return {
    id: text('id')!,
    task: JSON.parse(text('task')!) as Task,
    state: text('state') as Operation['state'],
    stage: text('stage') as Stage,
    digest: text('digest'),
    verdicts: JSON.parse(text('verdicts')!) as NamedVerdict[],
    index: typeof row.leaf === 'number' ? row.leaf : undefined,
    error: error === undefined ? undefined : (JSON.parse(error) as NonNullable<Operation['error']>),
    createdAt: Number(row.created_at),
    updatedAt: Number(row.updated_at),
    trace: traceparent === undefined ? undefined : { traceparent, ...(tracestate !== undefined && { tracestate }) },
  };
}
