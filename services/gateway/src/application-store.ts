import type { TraceContext } from '@assay/bus';
import { gateway, statement } from '@assay/contracts';
import { prepared } from '@assay/outbox';
import type { Application, ApplicationStatement } from './application.ts';
import { mayBecome } from './application.ts';
import type { Database } from './database.ts';

/** An application that is accepted. */
export interface NewApplication {
  readonly id: string;
  readonly requestId: string;
  readonly scope: string;
  readonly ordinal: number;
  readonly trace: TraceContext | undefined;
}

/** What changes of an application; what is absent stays. */
export interface ApplicationChange {
  readonly state?: gateway.ApplicationState;
  readonly outcome?: gateway.Outcome;
  readonly commitment?: string;
  readonly slot?: number;
  readonly pending?: string | null;
  readonly rejection?: gateway.Rejection;
}

const { SUBMITTED, ADMITTED, MANUAL_DECISION_PROVED } = gateway.ApplicationState;

/** Applications and the statements about them. Methods that write are to be called in a transaction. */
export class ApplicationStore {
  readonly #database: Database;
  readonly #now: () => number;

  constructor(database: Database, now: () => number = Date.now) {
    this.#database = database;
    this.#now = now;
  }

  find(id: string): Application | undefined {
    return this.#read('SELECT * FROM applications WHERE id = ?', id);
  }

  /** The application that a statement is about, by its envelope's digest. */
  findByStatement(digest: string): Application | undefined {
    const sql = 'SELECT a.* FROM applications a JOIN statements s ON s.application = a.id WHERE s.digest = ?';
    return this.#read(sql, digest);
  }

  /** The statements about an application, oldest first. */
  statements(id: string): ApplicationStatement[] {
    const rows = prepared(this.#database.db, 'SELECT * FROM statements WHERE application = ? ORDER BY seq').all(id);
    return rows.map((row) => ({
      digest: String(row.digest),
      kind: Number(row.kind) as statement.StatementKind,
      result: Number(row.result) as statement.ArchiveResult,
      index: row.leaf === null ? undefined : Number(row.leaf),
      failedCheck: String(row.failed_check),
      code: String(row.code),
    }));
  }

  /** How many applications the prover has not taken up yet. */
  inFlight(): number {
    const sql = 'SELECT count(*) AS n FROM applications WHERE state = ?';
    return Number(prepared(this.#database.db, sql).get(SUBMITTED)?.n);
  }

  /** Applications of which the prover may know more than this gateway, oldest first. */
  awaitingProver(): Application[] {
    const sql = `SELECT * FROM applications
      WHERE state BETWEEN ${SUBMITTED} AND ${ADMITTED} OR (pending IS NOT NULL AND state < ${MANUAL_DECISION_PROVED})
      ORDER BY seq`;
    return prepared(this.#database.db, sql)
      .all()
      .map((row) => this.#fromRow(row));
  }

  insert({ id, requestId, scope, ordinal, trace }: NewApplication): void {
    const now = this.#now();
    prepared(
      this.#database.db,
      `INSERT INTO applications
           (id, request_id, scope, ordinal, state, created_at, updated_at, traceparent, tracestate)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ).run(
      ...[id, requestId, scope, ordinal, SUBMITTED, now, now],
      ...[trace?.traceparent ?? null, trace?.tracestate ?? null],
    );
  }

  /**
   * Changes an application. A state never goes back: one that comes late is passed over, and nothing follows a final one.
   * True when anything changed.
   */
  change(id: string, change: ApplicationChange): boolean {
    const before = this.find(id);
    if (before === undefined) return false;
    const ahead = change.state !== undefined && mayBecome(before, change.state);
    const state = ahead ? change.state : before.state;
    const rejection = ahead ? (change.rejection ?? before.rejection) : before.rejection;
    const after = {
      ...before,
      state,
      rejection,
      outcome: change.outcome ?? before.outcome,
      commitment: change.commitment ?? before.commitment,
      slot: change.slot ?? before.slot,
      pending: change.pending === null ? undefined : (change.pending ?? before.pending),
    };
    if (JSON.stringify(after) === JSON.stringify(before)) return false;
    this.#write(after);
    return true;
  }

  /** Notes that a statement is about an application; false when that is known. */
  addStatement(id: string, digest: string, kind: statement.StatementKind): boolean {
    const sql = 'INSERT INTO statements (digest, application, kind) VALUES (?, ?, ?) ON CONFLICT (digest) DO NOTHING';
    return prepared(this.#database.db, sql).run(digest, id, kind).changes !== 0;
  }

  /** Notes what the archive did with a statement; what it decided stays decided. */
  setResult({ digest, result, index, failedCheck, code }: Omit<ApplicationStatement, 'kind'>): void {
    const { UNSPECIFIED, PENDING } = statement.ArchiveResult;
    prepared(
      this.#database.db,
      `UPDATE statements SET result = ?, leaf = ?, failed_check = ?, code = ?
         WHERE digest = ? AND result IN (${UNSPECIFIED}, ${PENDING})`,
    ).run(result, index ?? null, failedCheck, code, digest);
  }

  #write(application: Omit<Application, 'state'> & { readonly state: gateway.ApplicationState | undefined }): void {
    const { id, state, outcome, commitment, slot, pending, rejection } = application;
    const sealedOutcome =
      outcome === gateway.Outcome.UNSPECIFIED
        ? null
        : this.#database.sealed.seal(outcomeCell(id), Uint8Array.of(outcome));
    prepared(
      this.#database.db,
      `UPDATE applications SET state = ?, outcome = ?, commitment = ?, slot = ?, pending = ?, rejection_reason = ?,
           rejection_check = ?, rejection_code = ?, version = version + 1, updated_at = ? WHERE id = ?`,
    ).run(
      ...[state ?? SUBMITTED, sealedOutcome, commitment ?? null, slot ?? null, pending ?? null],
      ...[rejection?.reason ?? null, rejection?.failedCheck ?? null, rejection?.code ?? null],
      ...[this.#now(), id],
    );
  }

  #read(sql: string, key: string): Application | undefined {
    const row = prepared(this.#database.db, sql).get(key);
    return row && this.#fromRow(row);
  }

  #fromRow(row: Record<string, unknown>): Application {
    const text = (name: string): string | undefined => {
      const value = row[name];
      return typeof value === 'string' ? value : undefined;
    };
    const id = text('id')!;
    const [traceparent, tracestate] = [text('traceparent'), text('tracestate')];
    return {
      id,
      requestId: text('request_id')!,
      scope: text('scope')!,
      ordinal: Number(row.ordinal),
      state: Number(row.state) as gateway.ApplicationState,
      outcome: this.#outcome(id, row.outcome),
      commitment: text('commitment'),
      slot: row.slot === null ? undefined : Number(row.slot),
      pending: text('pending'),
      rejection: row.rejection_reason === null ? undefined : rejectionOf(row),
      version: Number(row.version),
      createdAt: Number(row.created_at),
      updatedAt: Number(row.updated_at),
      trace: traceparent === undefined ? undefined : { traceparent, ...(tracestate !== undefined && { tracestate }) },
    };
  }

  #outcome(id: string, sealed: unknown): gateway.Outcome {
    if (!(sealed instanceof Uint8Array)) return gateway.Outcome.UNSPECIFIED;
    return this.#database.sealed.unseal(outcomeCell(id), sealed)[0] as gateway.Outcome;
  }
}

function outcomeCell(row: string) {
  return { table: 'applications', column: 'outcome', row };
}

function rejectionOf(row: Record<string, unknown>): gateway.Rejection {
  return {
    reason: Number(row.rejection_reason) as gateway.RejectionReason,
    failedCheck: String(row.rejection_check ?? ''),
    code: String(row.rejection_code ?? ''),
  };
}
