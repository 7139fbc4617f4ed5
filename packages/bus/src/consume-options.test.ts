import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ConsumeOptions, planConsumption } from './consume-options.ts';
import { jobSubject, proofSubject } from './subjects.ts';

const options: ConsumeOptions = { bank: 'acme', stream: 'JOBS', durable: 'kyc' };

test('takes every subject of the channel by default', () => {
  assert.deepEqual(planConsumption(options).filters, ['assay.v1.acme.job.*']);
  assert.equal(planConsumption(options).concurrency, 1);
});

test('refuses what cannot be meant', () => {
  const wrong: Partial<ConsumeOptions>[] = [
    { stream: 'DLQ' },
    { durable: 'a b' },
    { durable: '' },
    { concurrency: 0 },
    { concurrency: 1.5 },
    { ackWaitMs: 10 },
    { maxDeliver: 0 },
    { backoffMs: [] },
    { backoffMs: [-1] },
    { filter: proofSubject('acme', 'decision') },
    { filter: jobSubject('other', 'decision') },
  ];
  for (const change of wrong) assert.throws(() => planConsumption({ ...options, ...change }), { code: 'BAD_OPTIONS' });
});
