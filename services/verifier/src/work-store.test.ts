import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { type PendingEnvelope, WorkStore } from './work-store.ts';

const dir = mkdtempSync(join(tmpdir(), 'assay-work-'));
after(() => rmSync(dir, { recursive: true }));

test('an envelope that waits again, after nobody answered for it, is kept', () => {
  const path = join(dir, 'work.sqlite');
  const pending: PendingEnvelope = {
    digest: 'a1'.repeat(32),
    bytes: Uint8Array.of(1, 2, 3),
    table: undefined,
    code: 'INTAKE_MISSING',
    firstReceivedAt: 1,
    trace: undefined,
  };
  const store = new WorkStore(path);
  store.put(pending);
  store.settle(pending.digest);
  assert.deepEqual(store.list(), []);
  store.put({ ...pending, code: 'MODEL_MISSING' });
  store.announced(1);
  store.close();
  const again = new WorkStore(path);
  assert.deepEqual(
    again.list().map(({ digest, code }) => [digest, code]),
    [[pending.digest, 'MODEL_MISSING']],
  );
  again.close();
});
