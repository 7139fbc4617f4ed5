import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { inTransaction } from '@assay/outbox';
import { openDatabase } from './database.ts';
import { EventStore } from './event-store.ts';

test('what a stream has that began anew comes behind all that was stored, and is read on from there', (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'assay-events-'));
  t.after(() => rmSync(dir, { recursive: true }));
  const database = openDatabase(dir);
  t.after(() => database.db.close());
  const store = new EventStore(database);
  const hear = (seq: number, id: string): boolean =>
    inTransaction(database.db, () => {
      store.saveRead(seq);
      return store.addFromStream(seq, id, undefined);
    });
  assert.ok(hear(7, 'a') && hear(9, 'b'));
  inTransaction(database.db, () => store.addObserved('seen', undefined));
  assert.ok(hear(1, 'c') && hear(2, 'd'));
  assert.ok(!hear(3, 'a'));
  assert.equal(store.read.last, 3);
  assert.ok(hear(10, 'e'));
  assert.deepEqual(
    store.after({ seq: 0, sub: 0 }, 10).map(({ position }) => [position.seq, position.sub]),
    [
      [7, 0],
      [9, 0],
      [9, 1],
      [9, 2],
      [9, 3],
      [10, 0],
    ],
  );
});
