import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ApplicationStore } from './application-store.ts';
import { heldTo } from './held-to.ts';

const SCOPE = 'test-bank/consumer/2026q1';

test('an application is closed under what its intake was admitted under, once the archive has said when', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'assay-held-'));
  const store = new ApplicationStore(dir);
  try {
    const asked: unknown[] = [];
    const registry = {
      inForce: async (...query: unknown[]) => {
        asked.push(query);
        return undefined;
      },
    };
    const ask = () => heldTo(store.find('a')!, { store, registry });
    store.reject('a', SCOPE, { reason: 'NONE', code: '' }, undefined);
    await ask();
    store.addStatement('a', {
      record: { kind: 'eligibility', digest: 'aa' },
      message: {
        id: 'aa',
        subject: 'assay.v1.test-bank.proof.eligibility',
        source: 'urn:assay:kyc-prover:test-bank',
        type: 'urn:assay:proof:v1',
        contentType: 'application/json',
        data: new Uint8Array(),
      },
      state: 'INTAKE_PROVED',
    });
    await ask();
    store.outbox.markArchived(
      'aa',
      new TextEncoder().encode('{"result":"accepted","digest":"aa","index":12,"registryHead":"f0"}'),
    );
    await ask();
    assert.deepEqual(asked, [
      [SCOPE, undefined],
      [SCOPE, undefined],
      [SCOPE, { index: 12n, registryHead: 'f0' }],
    ]);
  } finally {
    store.close();
    rmSync(dir, { recursive: true });
  }
});
