import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import type { NewMessage, OutboxMessage } from './message.ts';
import { Outbox } from './outbox.ts';
import { inTransaction } from './transaction.ts';

function scratch(t: TestContext): { path: string; open: () => DatabaseSync } {
  const dir = mkdtempSync(join(tmpdir(), 'assay-outbox-'));
  t.after(() => rmSync(dir, { recursive: true }));
  const path = join(dir, 'outbox.db');
  return {
    path,
    open: () => {
      const db = new DatabaseSync(path);
      t.after(() => db.isOpen && db.close());
      return db;
    },
  };
}

function message(id: string, data = id): NewMessage {
  const common = { subject: 'assay.v1.acme.proof.decision', source: 'urn:test', type: 'urn:assay:proof:v1' };
  return { id, ...common, contentType: 'application/json', data: new TextEncoder().encode(data) };
}

function enqueue(db: DatabaseSync, outbox: Outbox, ...ids: string[]): void {
  inTransaction(db, () => {
    for (const id of ids) outbox.enqueue(message(id));
  });
}

test('publishes in order what was committed, woken by the enqueueing itself', async (t) => {
  const db = scratch(t).open();
  const outbox = Outbox.attach(db);
  const sent: OutboxMessage[] = [];
  const third = Promise.withResolvers<void>();
  const relay = outbox.relay(async (m) => {
    sent.push(m);
    if (sent.length === 3) third.resolve();
  });
  enqueue(db, outbox, 'a', 'b');
  enqueue(db, outbox, 'c');
  await third.promise;
  await relay.idle();
  assert.deepEqual(
    sent.map((m) => [m.id, m.dedupeId, m.seq]),
    [
      ['a', 'a', 1],
      ['b', 'b', 2],
      ['c', 'c', 3],
    ],
  );
  assert.equal(outbox.pending(), 0);
  await relay.stop();
});

test('never publishes what is rolled back, even when the transaction stays open over turns of the event loop', async (t) => {
  const db = scratch(t).open();
  const outbox = Outbox.attach(db);
  const sent: string[] = [];
  const relay = outbox.relay(async (m) => void sent.push(m.id));
  db.exec('BEGIN IMMEDIATE');
  outbox.enqueue(message('undone'));
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  db.exec('ROLLBACK');
  enqueue(db, outbox, 'kept');
  await relay.idle();
  assert.deepEqual(sent, ['kept']);
  await relay.stop();
});

test('refuses to enqueue outside a transaction, and a database in memory', (t) => {
  const outbox = Outbox.attach(scratch(t).open());
  assert.throws(() => outbox.enqueue(message('a')), { code: 'NOT_IN_TRANSACTION' });
  assert.throws(() => Outbox.attach(new DatabaseSync(':memory:')), { code: 'NOT_DURABLE' });
});

test('takes the same message twice as once, and another one under the same id not at all', (t) => {
  const db = scratch(t).open();
  const outbox = Outbox.attach(db);
  enqueue(db, outbox, 'a');
  inTransaction(db, () => assert.equal(outbox.enqueue(message('a')), false));
  assert.equal(outbox.pending(), 1);
  assert.throws(() => inTransaction(db, () => outbox.enqueue(message('a', 'other'))), { code: 'ID_CONFLICT' });
  assert.equal(db.isTransaction, false);
});

test('keeps the order across failures and publishes again until it is acknowledged', async (t) => {
  const db = scratch(t).open();
  const outbox = Outbox.attach(db);
  enqueue(db, outbox, 'a', 'b');
  const attempts: string[] = [];
  const relay = outbox.relay(
    async (m) => {
      attempts.push(m.id);
      if (attempts.length <= 3) throw new Error('no server');
    },
    { firstRetryMs: 1 },
  );
  await relay.idle();
  assert.deepEqual(attempts, ['a', 'a', 'a', 'a', 'b']);
  await relay.stop();
});

test('sets aside what can never be published and goes on behind it', async (t) => {
  const db = scratch(t).open();
  const outbox = Outbox.attach(db);
  enqueue(db, outbox, 'poison', 'b');
  const sent: string[] = [];
  const relay = outbox.relay(
    async (m) => {
      if (m.id === 'poison') throw new Error('too large');
      sent.push(m.id);
    },
    { refusal: () => 'MESSAGE_TOO_LARGE' },
  );
  await relay.idle();
  assert.deepEqual(sent, ['b']);
  assert.deepEqual(
    outbox.refused().map(({ message: m, code }) => [m.id, code]),
    [['poison', 'MESSAGE_TOO_LARGE']],
  );
  await relay.stop();
});

test('publishes after a restart what was committed but not acknowledged before it', async (t) => {
  const { open } = scratch(t);
  const before = open();
  const first = Outbox.attach(before);
  enqueue(before, first, 'acknowledged', 'lost', 'never tried');
  const stuck = Promise.withResolvers<void>();
  const reached = Promise.withResolvers<void>();
  const relay = first.relay(async (m) => {
    if (m.id !== 'lost') return;
    reached.resolve();
    await stuck.promise;
  });
  await reached.promise;
  const stopped = relay.stop();
  before.close();
  stuck.reject(new Error('the process died here'));
  await stopped;

  const outbox = Outbox.attach(open());
  const sent: string[] = [];
  const again = outbox.relay(async (m) => void sent.push(m.id));
  await again.idle();
  assert.deepEqual(sent, ['lost', 'never tried']);
  await again.stop();
});

test('carries the trace context of the cause', (t) => {
  const db = scratch(t).open();
  const outbox = Outbox.attach(db);
  const traceContext = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', tracestate: 'a=b' };
  inTransaction(db, () => outbox.enqueue({ ...message('a'), about: 'op-1', traceContext }));
  assert.deepEqual(outbox.nextWaiting()?.traceContext, traceContext);
  assert.equal(outbox.nextWaiting()?.about, 'op-1');
});

test('gives the reconciler what was sent but not archived, and has it published under a new message id', async (t) => {
  const db = scratch(t).open();
  let now = 1_000_000;
  const outbox = Outbox.attach(db, () => now);
  enqueue(db, outbox, 'a', 'b');
  const sent: string[] = [];
  const relay = outbox.relay(async (m) => void sent.push(m.dedupeId));
  await relay.idle();
  const receipt = new TextEncoder().encode('receipt');
  assert.equal(outbox.markArchived('a', receipt), true);
  assert.equal(outbox.markArchived('a', new Uint8Array()), false);
  assert.equal(outbox.markArchived('unknown', receipt), false);
  assert.deepEqual(outbox.receipt('a'), receipt);

  assert.deepEqual(outbox.unarchived(30_000), []);
  now += 30_000;
  assert.deepEqual(
    outbox.unarchived(30_000).map((m) => m.id),
    ['b'],
  );
  assert.equal(outbox.republishUnarchived(30_000), 1);
  await relay.idle();
  assert.deepEqual(sent, ['a', 'b', 'b~1']);
  assert.equal(outbox.republishUnarchived(30_000), 0);
  assert.equal(outbox.prune(30_000), 1);
  assert.equal(outbox.find('a'), undefined);
  await relay.stop();
});

test('does not publish what the archive has confirmed already', async (t) => {
  const db = scratch(t).open();
  const outbox = Outbox.attach(db);
  enqueue(db, outbox, 'a');
  outbox.markArchived('a', new Uint8Array([1]));
  assert.equal(outbox.pending(), 0);
  assert.equal(outbox.nextWaiting(), undefined);
});

test('syncs every commit to a write-ahead log', (t) => {
  const db = scratch(t).open();
  Outbox.attach(db);
  assert.equal(db.prepare('PRAGMA synchronous').get()?.synchronous, 2);
  assert.equal(db.prepare('PRAGMA journal_mode').get()?.journal_mode, 'wal');
});
