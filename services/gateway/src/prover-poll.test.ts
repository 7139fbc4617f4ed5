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

/** What a prover is asked that knows the applications in `known`, until it was asked `questions` times. */
async function askedOf(
  t: TestContext,
  fill: (add: (id: string, at: number) => void) => void,
  questions: number,
  known: readonly string[],
) {
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
  const asked: string[] = [];
  const stop = new AbortController();
  const sync = {
    refresh: async ({ id }: { readonly id: string }) => {
      if (asked.push(id) === questions) stop.abort();
      return known.includes(id) ? store.find(id) : undefined;
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
  assert.deepEqual(await askedOf(t, fill, 3, []), ['quiet', 'quiet', 'quiet']);
});

test('behind what the prover has not taken up yet, it is not asked about what came later', async (t) => {
  const fill = (add: (id: string, at: number) => void): void => {
    for (const id of ['known', 'next', 'second', 'third', 'fourth']) add(id, Date.now() - 60_000);
  };
  const round = ['known', 'next', 'second'];
  assert.deepEqual(await askedOf(t, fill, 6, ['known']), [...round, ...round]);
});
