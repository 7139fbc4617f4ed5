import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { scalar } from '@assay/field';
import { ApplicationStore, type NewStatement, newTallySalt } from './application-store.ts';

const ID = 'application-1';
let dir: string;
let store: ApplicationStore;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'assay-store-'));
  store = new ApplicationStore(dir);
  store.reject(ID, 'test-bank/consumer/2026q1', { reason: 'NONE', code: '' }, undefined);
});
afterEach(() => {
  store.close();
  rmSync(dir, { recursive: true });
});

/** A decision as one of two deliveries of one job proves it: each draws its own salt. */
function decision(digest: string, blinding: bigint): NewStatement {
  return {
    record: { kind: 'decision', digest },
    message: {
      id: digest,
      subject: 'assay.v1.test-bank.proof.decision',
      source: 'urn:assay:kyc-prover:test-bank',
      type: 'urn:assay:proof:v1',
      contentType: 'application/json',
      data: new TextEncoder().encode(digest),
    },
    state: 'DECISION_PROVED',
    closing: {
      kind: 'decision',
      outcome: 'declined',
      eligible: true,
      tally: { groups: [0, 0, 0, 0], approved: false, blinding: scalar(blinding) },
      tallySalt: newTallySalt(),
      reasons: [],
    },
  };
}

test('of two proofs of one decision the first is published, and its opening kept', () => {
  assert.equal(store.addStatement(ID, decision('aa', 1n)), true);
  assert.equal(store.addStatement(ID, decision('bb', 2n)), false);
  assert.equal(store.closing(ID, 'decision')!.tally!.blinding, 1n);
  assert.deepEqual(
    store.find(ID)!.statements.map(({ digest }) => digest),
    ['aa'],
  );
  assert.equal(store.outbox.pending(), 1);
  assert.equal(store.findByStatement('bb'), undefined);
});
