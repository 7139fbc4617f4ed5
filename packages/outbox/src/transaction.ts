import type { DatabaseSync } from 'node:sqlite';

/**
 * Runs `work` in one transaction and commits; rolls back when it throws. `work` has to be synchronous: the connection is
 * shared, and whatever else ran while it waited would be part of the transaction.
 */
export function inTransaction<T>(db: DatabaseSync, work: () => T extends PromiseLike<unknown> ? never : T): T {
  db.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    db.exec('COMMIT');
    return result;
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}

/**
 * As {@link inTransaction}, of what can be learnt again: not synced by itself, but with the next commit that is. A power cut may undo it,
 * with all that came after it.
 */
export function inUnsyncedTransaction<T>(db: DatabaseSync, work: () => T extends PromiseLike<unknown> ? never : T): T {
  db.exec('PRAGMA synchronous = NORMAL');
  try {
    return inTransaction(db, work);
  } finally {
    db.exec('PRAGMA synchronous = FULL');
  }
}
