import assert from 'node:assert/strict';
import { test } from 'node:test';
import { statement } from '@assay/contracts';
import { parseArchiveEvent } from './archive-event.ts';

const DIGEST = 'ab'.repeat(32);
const parse = (value: unknown) => parseArchiveEvent(new TextEncoder().encode(JSON.stringify(value)));
const accepted = { v: 1, result: 'accepted', digest: DIGEST, index: 3, statement: 'decision', bank: 'acme' };

test('reads what the verifier says of a statement, a withdrawal, and one that waits', () => {
  const read = parse({ ...accepted, scope: 'acme/loans/2025', slot: 4, subject: '17', later: 'member' });
  assert.deepEqual(read, {
    result: statement.ArchiveResult.ACCEPTED,
    digest: DIGEST,
    index: 3,
    kind: statement.StatementKind.DECISION,
    isWithdrawal: false,
    scope: 'acme/loans/2025',
    failedCheck: '',
    code: '',
    slot: 4,
  });
  const withdrawal = parse({ ...accepted, statement: undefined, kind: 'withdrawal' });
  assert.deepEqual([withdrawal?.isWithdrawal, withdrawal?.kind], [true, statement.StatementKind.UNSPECIFIED]);
  const pending = parse({ ...accepted, result: 'pending', index: undefined, code: 'INTAKE_MISSING' });
  assert.deepEqual([pending?.index, pending?.slot, pending?.code], [undefined, undefined, 'INTAKE_MISSING']);
});

test('passes over what is no such event', () => {
  const wrong: unknown[] = [
    'text',
    null,
    { ...accepted, v: 2 },
    { ...accepted, result: 'lost' },
    { ...accepted, digest: 'AB'.repeat(32) },
    { ...accepted, index: undefined },
    { ...accepted, index: -1 },
    { ...accepted, index: 1.5 },
  ];
  for (const value of wrong) assert.equal(parse(value), undefined, JSON.stringify(value));
  assert.equal(parseArchiveEvent(Uint8Array.of(0xff)), undefined);
});
