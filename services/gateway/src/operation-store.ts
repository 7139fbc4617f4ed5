import type { TraceContext } from '@assay/bus';
import { gateway, model, operation as operations } from '@assay/contracts';
import { prepared } from '@assay/outbox';
import type { Database } from './database.ts';
import type { Operation, Stage, Task } from './operation.ts';

/** An operation that is accepted. */
export interface NewOperation {
  readonly id: string;
  readonly task: Task;
  readonly stage: Stage;
  /** What has to be kept from being read until the work is passed on; sealed at rest. */
  readonly secret?: Uint8Array;
  readonly trace: TraceContext | undefined;
}

/** What the KYC prover made for the fairness prover. */
export interface SealedInputs {
  /** A compact JWE. */
  readonly sealed: Uint8Array;
  /** Of a model: what it was lowered to. */
  readonly report?: model.ModelReport;
}

/** Operations, from their acceptance to their result. Methods that write stand alone or in the caller's transaction. */
export class OperationStore {
  readonly #database: Database;
  readonly #now: () => number;

  constructor(database: Database, now: () => number = Date.now) {
    this.#database = database;
    this.#now = now;
  }

  find(id: string): Operation | undefined {
    const row = this.#row('*', id);
    return row && readOperation(row);
  }

  /** Operations that are not finished, oldest first. */
  running(): Operation[] {
    const rows = prepared(this.#database.db, "SELECT * FROM operations WHERE state = 'RUNNING' ORDER BY seq").all();
    return rows.map(readOperation);
  }

  insert({ id, task, stage, secret, trace }: NewOperation): void {
    const now = this.#now();
    const sealed = secret === undefined ? null : this.#database.sealed.seal(secretCell(id), secret);
    prepared(
      this.#database.db,
      `INSERT INTO operations (id, task, secret, state, stage, created_at, updated_at, traceparent, tracestate)
         VALUES (?, ?, ?, 'RUNNING', ?, ?, ?, ?, ?)`,
    ).run(
      ...[id, JSON.stringify(task), sealed, stage, now, now],
      ...[trace?.traceparent ?? null, trace?.tracestate ?? null],
    );
  }

  /** The secret of an operation that has not been passed on. */
  secret(id: string): Uint8Array | undefined {
    const secret = this.#row('secret', id)?.secret;
    return secret instanceof Uint8Array ? this.#database.sealed.unseal(secretCell(id), secret) : undefined;
  }

  /** Keeps what the KYC prover made; the secret is not needed any more. */
  passOn(id: string, { sealed, report }: SealedInputs): void {
    const bytes = report === undefined ? null : model.ModelReport.encode(report).finish();
    prepared(
      this.#database.db,
      "UPDATE operations SET stage = 'proving', sealed = ?, report = ?, secret = NULL, updated_at = ? WHERE id = ?",
    ).run(sealed, bytes, this.#now(), id);
  }

  /** What the KYC prover made, while it is needed. */
  sealedInputs(id: string): SealedInputs | undefined {
    const row = this.#row('sealed, report', id);
    if (!(row?.sealed instanceof Uint8Array)) return undefined;
    if (!(row.report instanceof Uint8Array)) return { sealed: row.sealed };
    return { sealed: row.sealed, report: model.ModelReport.decode(row.report) };
  }

  /** The fairness prover's operation, once it was started. */
  proverOperation(id: string): string | undefined {
    const found = this.#row('prover_operation', id)?.prover_operation;
    return typeof found === 'string' ? found : undefined;
  }

  setProverOperation(id: string, proverOperation: string): void {
    const sql = 'UPDATE operations SET prover_operation = ?, updated_at = ? WHERE id = ?';
    prepared(this.#database.db, sql).run(proverOperation, this.#now(), id);
  }

  succeed(id: string, result: NonNullable<Operation['result']>): void {
    const bytes = gateway.Operation.encode({ status: undefined, result }).finish();
    this.#finish(id, 'SUCCEEDED', bytes, null);
  }

  fail(id: string, error: operations.OperationError): void {
    this.#finish(id, 'FAILED', null, operations.OperationError.encode(error).finish());
  }

  #finish(id: string, state: Operation['state'], result: Uint8Array | null, error: Uint8Array | null): void {
    prepared(
      this.#database.db,
      `UPDATE operations SET state = ?, result = ?, error = ?, secret = NULL, sealed = NULL, updated_at = ?
         WHERE id = ? AND state = 'RUNNING'`,
    ).run(state, result, error, this.#now(), id);
  }

  #row(columns: string, id: string): Record<string, unknown> | undefined {
    return prepared(this.#database.db, `SELECT ${columns} FROM operations WHERE id = ?`).get(id);
  }
}

function secretCell(row: string) {
  return { table: 'operations', column: 'secret', row };
}

function readOperation(row: Record<string, unknown>): Operation {
  const { traceparent, tracestate, result, error } = row;
  return {
    id: String(row.id),
    task: JSON.parse(String(row.task)) as Task,
    state: String(row.state) as Operation['state'],
    stage: String(row.stage) as Stage,
    result: result instanceof Uint8Array ? gateway.Operation.decode(result).result : undefined,
    error: error instanceof Uint8Array ? operations.OperationError.decode(error) : undefined,
    createdAt: Number(row.created_at),
    updatedAt: Number(row.updated_at),
    trace:
      typeof traceparent === 'string'
        ? { traceparent, ...(typeof tracestate === 'string' && { tracestate }) }
        : undefined,
  };
}
