import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { TraceContext } from '@assay/bus';
import type { Fr } from '@assay/field';
import { inTransaction, loadOrCreateKey, type NewMessage, Outbox, prepared, SealedColumn } from '@assay/outbox';
import type { ClosingTally, Outcome } from '@assay/statements';
import { type ApplicationOpening, decodeOpening, encodeOpening } from './opening.ts';
import { decodeClosing, encodeClosing } from './stored-closing.ts';

/** How far an application has come here; what the archive says of it is kept beside each statement. */
export type ApplicationState =
  | 'SUBMITTED'
  | 'INTAKE_PROVED'
  | 'DECISION_PROVED'
  | 'MANUAL_DECISION_PROVED'
  | 'WITHDRAWAL_SIGNED'
  | 'REJECTED';

/** A statement made about an application. */
export interface StatementRecord {
  readonly kind: 'eligibility' | 'decision' | 'manual-decision' | 'withdrawal';
  /** Hex envelope digest. */
  readonly digest: string;
}

/** A statement's place in the archive. */
export interface ArchivedPlace {
  /** Leaf index. */
  readonly index: bigint;
  /** Hex hash chain over the registrations before it. */
  readonly registryHead?: string;
}

/** Why an application was rejected here or by the verifier. */
export interface Rejection {
  readonly reason: string;
  readonly code: string;
}

/** What is known of an application without opening it. */
export interface ApplicationRow {
  readonly id: string;
  readonly scope: string;
  readonly state: ApplicationState;
  readonly commitment: string | undefined;
  readonly model: string | undefined;
  readonly statements: readonly StatementRecord[];
  readonly rejection: Rejection | undefined;
  readonly trace: TraceContext | undefined;
}

/** What a closing leaves behind: how it ended and what it adds to its window. */
export interface StoredClosing {
  readonly kind: 'decision' | 'manual-decision';
  readonly outcome: Outcome;
  readonly eligible: boolean;
  /** Undefined when it was referred. */
  readonly tally: ClosingTally | undefined;
  readonly tallySalt: Uint8Array;
  /** Slots named as reasons. */
  readonly reasons: readonly number[];
  /** What opens a manual decision's officer commitment: the bank has to be able to say who decided. */
  readonly officer?: { readonly id: Fr; readonly salt: Fr };
}

/** A statement with the message that publishes it, and the state that it brings about. */
export interface NewStatement {
  readonly record: StatementRecord;
  readonly message: NewMessage;
  readonly state: ApplicationState;
  readonly model?: string;
  /** The bit that an intake commits to. */
  readonly eligible?: boolean;
  readonly closing?: StoredClosing;
}

/** What the archive said of a statement. */
export interface SettledStatement {
  readonly digest: string;
  /** The archive's event. */
  readonly receipt: Uint8Array;
  readonly application: Pick<ApplicationRow, 'id' | 'scope' | 'trace'>;
  /** Why it was refused; undefined when it was accepted. */
  readonly rejection: Rejection | undefined;
}

/** How far a stream was read. */
export interface StreamPosition {
  readonly stream: string;
  readonly seq: number;
}

/**
 * Openings, closings and outgoing statements in one SQLite file. What opens a commitment is encrypted at rest; a
 * statement and the message that publishes it are stored in one transaction.
 */
export class ApplicationStore {
  readonly outbox: Outbox;
  /** The key of the tallies' blindings. */
  readonly tallyKey: Uint8Array;
  readonly sealed: SealedColumn;
  readonly db: DatabaseSync;

  constructor(dir: string) {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    this.db = new DatabaseSync(join(dir, 'openings.sqlite'));
    this.outbox = Outbox.attach(this.db);
    this.sealed = SealedColumn.open(loadOrCreateKey(join(dir, 'openings.key')));
    this.tallyKey = loadOrCreateKey(join(dir, 'tally.key'));
    this.db.exec(`
      CREATE TABLE IF NOT EXISTS applications (
        id TEXT PRIMARY KEY, scope TEXT NOT NULL, state TEXT NOT NULL, commitment TEXT UNIQUE, model TEXT,
        opening BLOB, intake BLOB, decision BLOB, manual_decision BLOB, statements TEXT NOT NULL DEFAULT '[]', rejection TEXT,
        traceparent TEXT, tracestate TEXT
      ) STRICT;
      CREATE TABLE IF NOT EXISTS statement_owners (digest TEXT PRIMARY KEY, application TEXT NOT NULL) STRICT;
      CREATE TABLE IF NOT EXISTS positions (stream TEXT PRIMARY KEY, seq INTEGER NOT NULL) STRICT;
    `);
  }

  find(id: string): ApplicationRow | undefined {
    const row = prepared(this.db, 'SELECT * FROM applications WHERE id = ?').get(id);
    return row && readRow(row);
  }

  findByCommitment(commitment: string): ApplicationRow | undefined {
    const row = prepared(this.db, 'SELECT * FROM applications WHERE commitment = ?').get(commitment);
    return row && readRow(row);
  }

  /** The application that a statement is about, by the statement's envelope digest. */
  findByStatement(digest: string): ApplicationRow | undefined {
    const owner = prepared(this.db, 'SELECT application FROM statement_owners WHERE digest = ?').get(digest);
    return owner && this.find(String(owner.application));
  }

  /** Keeps an application with its opening, before anything is proved of it. */
  insert(
    id: string,
    scope: string,
    opening: ApplicationOpening,
    commitment: bigint,
    trace: TraceContext | undefined,
  ): void {
    const sealed = this.sealed.seal(cell('opening', id), encodeOpening(opening));
    prepared(
      this.db,
      'INSERT INTO applications (id, scope, state, commitment, opening, traceparent, tracestate) VALUES (?, ?, ?, ?, ?, ?, ?)',
    ).run(id, scope, 'SUBMITTED', String(commitment), sealed, trace?.traceparent ?? null, trace?.tracestate ?? null);
  }

  /** Keeps an application that cannot be proved, without its opening, or ends one that could not go on. */
  reject(id: string, scope: string, rejection: Rejection, trace: TraceContext | undefined): void {
    prepared(
      this.db,
      `INSERT INTO applications (id, scope, state, rejection, traceparent, tracestate) VALUES (?, ?, 'REJECTED', ?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET state = 'REJECTED', rejection = excluded.rejection`,
    ).run(id, scope, JSON.stringify(rejection), trace?.traceparent ?? null, trace?.tracestate ?? null);
  }

  /** What opens an application's commitments; undefined when it was never kept or is erased. */
  opening(id: string): ApplicationOpening | undefined {
    const row = prepared(this.db, 'SELECT opening FROM applications WHERE id = ?').get(id);
    return row?.opening instanceof Uint8Array
      ? decodeOpening(this.sealed.unseal(cell('opening', id), row.opening))
      : undefined;
  }

  /** The bit that the intake committed to; undefined before it is proved. */
  eligible(id: string): boolean | undefined {
    const row = prepared(this.db, 'SELECT intake FROM applications WHERE id = ?').get(id);
    return row?.intake instanceof Uint8Array ? this.sealed.unseal(cell('intake', id), row.intake)[0] === 1 : undefined;
  }

  /** Where a statement stands in the archive; undefined until that has accepted it. */
  archivedPlace(digest: string): ArchivedPlace | undefined {
    const receipt = this.outbox.receipt(digest);
    const { result, index, registryHead } = (
      receipt === undefined ? {} : JSON.parse(new TextDecoder().decode(receipt))
    ) as Partial<Record<string, unknown>>;
    if (result !== 'accepted' || !Number.isSafeInteger(index)) return undefined;
    return { index: BigInt(index as number), ...(typeof registryHead === 'string' && { registryHead }) };
  }

  /** How an application was decided by the model or by a person. */
  closing(id: string, kind: StoredClosing['kind']): StoredClosing | undefined {
    const column = columnOf(kind);
    const row = prepared(this.db, `SELECT ${column} AS closing FROM applications WHERE id = ?`).get(id);
    return row?.closing instanceof Uint8Array
      ? decodeClosing(this.sealed.unseal(cell(column, id), row.closing))
      : undefined;
  }

  /**
   * Stores a statement with its closing, and its message in the outbox, at once or not at all. False when there is one of
   * its kind already, as when a job was delivered twice and both deliveries proved: only the first is published, and what
   * opens it stays.
   */
  addStatement(id: string, { record, message, state, model, eligible, closing }: NewStatement): boolean {
    return inTransaction(this.db, () => {
      const before = this.find(id)!.statements;
      if (before.some(({ kind }) => kind === record.kind)) return false;
      const statements = [...before, record];
      prepared(
        this.db,
        'UPDATE applications SET state = ?, statements = ?, model = coalesce(?, model) WHERE id = ?',
      ).run(state, JSON.stringify(statements), model ?? null, id);
      prepared(this.db, 'INSERT INTO statement_owners VALUES (?, ?)').run(record.digest, id);
      if (eligible !== undefined) {
        const sealed = this.sealed.seal(cell('intake', id), Uint8Array.of(Number(eligible)));
        prepared(this.db, 'UPDATE applications SET intake = ? WHERE id = ?').run(sealed, id);
      }
      if (closing !== undefined) {
        const column = columnOf(closing.kind);
        const sealed = this.sealed.seal(cell(column, id), encodeClosing(closing));
        prepared(this.db, `UPDATE applications SET ${column} = ? WHERE id = ?`).run(sealed, id);
      }
      return this.outbox.enqueue(message);
    });
  }

  /** Keeps what the archive said of a statement, its application's end where it was refused, and how far a stream was read, in one. */
  settle({ digest, receipt, application, rejection }: SettledStatement, { stream, seq }: StreamPosition): void {
    inTransaction(this.db, () => {
      this.outbox.markArchived(digest, receipt);
      if (rejection !== undefined) this.reject(application.id, application.scope, rejection, application.trace);
      this.savePosition(stream, seq);
    });
  }

  /** Sequence number up to which a stream was read; 0 before anything was. */
  position(stream: string): number {
    return Number(prepared(this.db, 'SELECT seq FROM positions WHERE stream = ?').get(stream)?.seq ?? 0);
  }

  /** Remembers how far a stream was read. */
  savePosition(stream: string, seq: number): void {
    const sql = 'INSERT INTO positions VALUES (?, ?) ON CONFLICT (stream) DO UPDATE SET seq = excluded.seq';
    prepared(this.db, sql).run(stream, seq);
  }

  close(): void {
    this.db.close();
  }
}

/** Fresh salt of a closing's tally. */
export function newTallySalt(): Uint8Array {
  return Uint8Array.from(randomBytes(32));
}

function columnOf(kind: StoredClosing['kind']): 'decision' | 'manual_decision' {
  return kind === 'decision' ? 'decision' : 'manual_decision';
}

function cell(column: string, row: string): { table: string; column: string; row: string } {
  return { table: 'applications', column, row };
}

function readRow(row: Record<string, unknown>): ApplicationRow {
  const text = (name: string): string | undefined =>
    typeof row[name] === 'string' ? (row[name] as string) : undefined;
  const traceparent = text('traceparent');
  const tracestate = text('tracestate');
  const rejection = text('rejection');
  return {
    id: text('id')!,
    scope: text('scope')!,
    state: text('state') as ApplicationState,
    commitment: text('commitment'),
    model: text('model'),
    statements: JSON.parse(text('statements')!) as StatementRecord[],
    rejection: rejection === undefined ? undefined : (JSON.parse(rejection) as Rejection),
    trace: traceparent === undefined ? undefined : { traceparent, ...(tracestate !== undefined && { tracestate }) },
  };
}
