import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { prepareDatabase } from './schema.ts';
import { inTransaction, inUnsyncedTransaction } from './transaction.ts';

test('what is not synced by itself is one transaction all the same, and the next one is synced again', (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'assay-transaction-'));
  t.after(() => rmSync(dir, { recursive: true }));
  const db = new DatabaseSync(join(dir, 'test.sqlite'));
  t.after(() => db.close());
  prepareDatabase(db);
  db.exec('CREATE TABLE t (a INTEGER) STRICT');
  const level = (): number => Number(db.prepare('PRAGMA synchronous').get()!.synchronous);
  const insert = (value: number): void => void db.prepare('INSERT INTO t VALUES (?)').run(value);
  const FULL = 2;
  const NORMAL = 1;
  assert.equal(
    inUnsyncedTransaction(db, () => {
      insert(1);
      return level();
    }),
    NORMAL,
  );
  assert.throws(
    () =>
      inUnsyncedTransaction(db, () => {
        insert(2);
        throw new Error('no');
      }),
    /^Error: no$/,
  );
  assert.equal(inTransaction(db, level), FULL);
  assert.deepEqual(
    db
      .prepare('SELECT a FROM t')
      .all()
      .map(({ a }) => a),
    [1],
  );
});
