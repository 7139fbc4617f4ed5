import type { DatabaseSync } from 'node:sqlite';
import { prepared, type SealedColumn } from '@assay/outbox';
import { type CommittedModel, decodeModelOpening, encodeModelOpening, modelCommitment } from '@assay/statements';

/** An installed model, opened. */
export interface InstalledModel {
  readonly commitment: bigint;
  readonly committed: CommittedModel;
}

/** Installed models, their parameters encrypted at rest. */
export class ModelStore {
  readonly #db: DatabaseSync;
  readonly #sealed: SealedColumn;
  readonly #opened = new Map<string, InstalledModel>();

  constructor(db: DatabaseSync, sealed: SealedColumn) {
    this.#db = db;
    this.#sealed = sealed;
    db.exec(`
      CREATE TABLE IF NOT EXISTS models (
        commitment TEXT PRIMARY KEY, source TEXT NOT NULL UNIQUE, opening BLOB NOT NULL
      ) STRICT;
    `);
  }

  /** The model of this commitment. */
  find(commitment: bigint): InstalledModel | undefined {
    return this.#read('commitment', String(commitment));
  }

  /** The model installed from this source: a digest over file and description. */
  findBySource(source: string): InstalledModel | undefined {
    return this.#read('source', source);
  }

  /** Keeps a model. */
  insert(source: string, committed: CommittedModel): InstalledModel {
    const commitment = modelCommitment(committed);
    const row = String(commitment);
    const opening = this.#sealed.seal({ table: 'models', column: 'opening', row }, encodeModelOpening(committed));
    prepared(this.#db, 'INSERT INTO models VALUES (?, ?, ?)').run(row, source, opening);
    return { commitment, committed };
  }

  #read(column: 'commitment' | 'source', value: string): InstalledModel | undefined {
    const row = prepared(this.#db, `SELECT commitment, opening FROM models WHERE ${column} = ?`).get(value);
    if (!(row?.opening instanceof Uint8Array) || typeof row.commitment !== 'string') return undefined;
    const known = this.#opened.get(row.commitment);
    if (known !== undefined) return known;
    const cell = { table: 'models', column: 'opening', row: row.commitment };
    const committed = decodeModelOpening(this.#sealed.unseal(cell, row.opening));
    const installed = { commitment: BigInt(row.commitment), committed };
    this.#opened.set(row.commitment, installed);
    return installed;
  }
}
