import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createLogger } from '@assay/telemetry';
import { ApplicationStore } from './application-store.ts';
import { Changes } from './changes.ts';
import { openDatabase } from './database.ts';
import { pollProver } from './prover-poll.ts';
import type { ProverSync } from './prover-sync.ts';

test('the prover is asked about what has been quiet, not about what had news just now', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'assay-poll-'));
  t.after(() => rmSync(dir, { recursive: true }));
  const database = openDatabase(dir);
  t.after(() => database.db.close());
  const intervalMs = 20;
  let now = Date.now() - 60_000;
  const store = new ApplicationStore(database, () => now);
  const add = (id: string): void =>
    store.insert({ id, requestId: `request-${id}`, scope: 'acme/loans/2025', ordinal: 0, trace: undefined });
  add('quiet');
  now = Date.now() + 60_000;
  add('lively');
  const asked: string[] = [];
  const stop = new AbortController();
  const sync = {
    refresh: async ({ id }: { readonly id: string }) => {
      if (asked.push(id) === 3) stop.abort();
      return undefined;
    },
  } as Pick<ProverSync, 'refresh'> as ProverSync;
  const logger = createLogger('gateway', { ownErrors: [] });
  await pollProver({ store, sync, changes: new Changes(), logger, signal: stop.signal, intervalMs });
  assert.deepEqual(asked, ['quiet', 'quiet', 'quiet']);
});
