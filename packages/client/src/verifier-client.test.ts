import assert from 'node:assert/strict';
import { test } from 'node:test';
import { statement, verifier } from '@assay/contracts';
import { start, verifierClient, verifierWith } from './fixture.ts';

test('statements are listed across pages with their filter', async (t) => {
  const requests: verifier.ListStatementsRequest[] = [];
  const { port } = await start(t, [
    verifierWith({
      async listStatements(request) {
        requests.push(request);
        const statements = [verifier.Statement.fromPartial({ bank: `bank-${requests.length}` })];
        return { statements, nextPageToken: requests.length < 3 ? 'more' : '' };
      },
    }),
  ]);
  const banks: string[] = [];
  const filter = { scope: 'acme/loans/q1', kinds: [statement.StatementKind.FAIRNESS] };
  for await (const { bank } of verifierClient(t, port).statements(filter)) banks.push(bank);
  assert.deepEqual(banks, ['bank-1', 'bank-2', 'bank-3']);
  assert.deepEqual(
    requests.map(({ scope, pageToken, kinds }) => [scope, pageToken, kinds]),
    [
      ['acme/loans/q1', '', [5]],
      ['acme/loans/q1', 'more', [5]],
      ['acme/loans/q1', 'more', [5]],
    ],
  );
});

test('entries are named by digest or by index, index 0 included', async (t) => {
  const names: unknown[] = [];
  const { port } = await start(t, [
    verifierWith({
      async getReceipt({ name }) {
        names.push(name);
        return { receipt: Uint8Array.of(1), entry: Uint8Array.of(2) };
      },
    }),
  ]);
  const client = verifierClient(t, port);
  const { receipt, entry } = await client.getReceipt({ index: 0n });
  assert.deepEqual([...receipt, ...entry], [1, 2]);
  await client.getReceipt({ digest: new Uint8Array(32).fill(9) });
  assert.deepEqual(names, [
    { $case: 'index', value: 0n },
    { $case: 'digest', value: Buffer.alloc(32, 9) },
  ]);
});

test('an answer without what the contract promises is an error', async (t) => {
  const { port } = await start(t, [verifierWith({ getWindow: async () => ({ window: undefined }) })]);
  await assert.rejects(verifierClient(t, port).getWindow('acme/loans/q1', 1), { code: 'BAD_RESPONSE' });
});
