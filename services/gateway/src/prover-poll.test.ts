import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createLogger } from '@assay/telemetry';
import { ApplicationStore } from './application-store.ts';
import { Changes } from './changes.ts';
import { openDatabase } from './database.ts';
import { pollProver } from './prover-poll.ts';
import type { ProverSync } from './prover-sync.ts';

/** The ids that a prover is asked about in each of so many rounds. */
async function askedOf(t: TestContext, fill: (add: (id: string, at: number) => void) => void, rounds: number) {
  const dir = mkdtempSync(join(tmpdir(), 'assay-poll-'));
  t.after(() => rmSync(dir, { recursive: true }));
  const database = openDatabase(dir);
  t.after(() => database.db.close());
  let now = 0;
  const store = new ApplicationStore(database, () => now);
  fill((id, at) => {
    now = at;
    store.insert({ id, requestId: `request-${id}`, scope: 'acme/loans/2025', ordinal: 0, trace: undefined });
  });
  const asked: (readonly string[])[] = [];
  const stop = new AbortController();
  const sync = {
    refresh: async (ids: readonly string[]) => {
      if (asked.push(ids) === rounds) stop.abort();
    },
  } as Pick<ProverSync, 'refresh'> as ProverSync;
  const logger = createLogger('gateway', { ownErrors: [] });
  await pollProver({ store, sync, changes: new Changes(), logger, signal: stop.signal, intervalMs: 20 });
  return asked;
}

test('the prover is asked about what has been quiet, not about what had news just now', async (t) => {
  const fill = (add: (id: string, at: number) => void): void => {
    add('quiet', Date.now() - 60_000);
    add('lively', Date.now() + 60_000);
  };
  assert.deepEqual(await askedOf(t, fill, 2), [['quiet'], ['quiet']]);
});

test('of many, the oldest are asked about in each round, and the others in turn', async (t) => {
  const ids = Array.from({ length: 24 }, (_, i) => `a${i}`);
  const fill = (add: (id: string, at: number) => void): void => {
    for (const id of ids) add(id, Date.now() - 60_000);
  };
  const [first, second] = await askedOf(t, fill, 2);
  assert.deepEqual(first, ids.slice(0, 16));
  assert.deepEqual(second, [...ids.slice(0, 8), ...ids.slice(16)]);
});
