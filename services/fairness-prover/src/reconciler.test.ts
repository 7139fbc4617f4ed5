import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { statement, verifier } from '@assay/contracts';
import { RpcError } from '@assay/rpc';
import { createLogger } from '@assay/telemetry';
import type { VerifierClient } from './fairness.ts';
import { OperationStore } from './operation-store.ts';
import { reconcile } from './reconciler.ts';

const { ACCEPTED, REJECTED, PENDING } = statement.ArchiveResult;
const logger = createLogger('test', { write: () => undefined });

test('asks the archive about silent envelopes, and publishes again what it does not have', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'assay-reconcile-'));
  let now = 1_000;
  const store = new OperationStore(dir, () => now);
  t.after(() => {
    store.close();
    rmSync(dir, { recursive: true });
  });
  const digests = ['aa', 'bb', 'cc', 'dd'].map((byte) => byte.repeat(32));
  for (const digest of digests) prove(store, digest);
  now += 10_000;
  const [taken, refused, waiting, lost] = digests;
  const known = new Map([
    [taken, { result: ACCEPTED, index: 7n }],
    [refused, { result: REJECTED, index: 8n, code: 'WINDOW_PROVED' }],
    [waiting, { result: PENDING, code: 'WINDOW_OPEN' }],
  ]);
  await reconcile(store, archiveOf(known), logger, 10_001);
  assert.equal(store.find(taken!)?.state, 'RUNNING', 'not silent for long enough');
  await reconcile(store, archiveOf(known), logger, 10_000);
  assert.deepEqual([store.find(taken!)?.state, store.find(taken!)?.index], ['SUCCEEDED', 7]);
  assert.deepEqual([store.find(refused!)?.state, store.find(refused!)?.error?.reason], ['FAILED', 'WINDOW_PROVED']);
  assert.equal(store.find(waiting!)?.state, 'RUNNING');
  assert.equal(store.outbox.find(lost!)?.generation, 1);
  assert.equal(store.outbox.find(taken!)?.generation, 0);
});

function prove(store: OperationStore, digest: string): void {
  const task = { kind: 'fairness', scope: 'acme/loans/2025', number: 1, manualOnly: false } as const;
  const requestHash = '';
  store.insert({ id: digest, requestId: digest, requestHash, task, sealed: Uint8Array.of(1), trace: undefined });
  const message = {
    id: digest,
    subject: 'assay.v1.acme.proof.fairness',
    source: 'urn:assay:test',
    type: 'urn:assay:proof:v1',
    contentType: 'application/json',
    data: Uint8Array.of(1),
  };
  store.proved(digest, { claim: digest, message, verdicts: [] });
  assert.equal(store.sealed(digest), undefined);
  store.outbox.markSent(store.outbox.find(digest)!.seq);
}

/** Only this method is asked. */
function archiveOf(known: ReadonlyMap<string | undefined, object>): VerifierClient {
  const getStatement = async ({ name }: verifier.GetStatementRequest) => {
    const found = name?.$case === 'digest' ? known.get(Buffer.from(name.value).toString('hex')) : undefined;
    if (found === undefined) throw new RpcError('NOT_FOUND', 'no such entry', {}, true);
    return verifier.GetStatementResponse.fromPartial({ statement: { reference: found } });
  };
  return { call: { getStatement } } as unknown as VerifierClient;
}
