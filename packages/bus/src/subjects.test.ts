import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  archiveSubject,
  channelFilter,
  deadLetterSubject,
  jobSubject,
  parseSubject,
  proofSubject,
} from './subjects.ts';

test('builds the subjects of the four channels', () => {
  assert.equal(proofSubject('acme', 'manual-decision'), 'assay.v1.acme.proof.manual-decision');
  assert.equal(jobSubject('acme', 'intake'), 'assay.v1.acme.job.intake');
  assert.equal(archiveSubject('acme', 'rejected'), 'assay.v1.acme.archive.rejected');
  assert.equal(channelFilter('acme', 'job'), 'assay.v1.acme.job.*');
  const original = { bank: 'acme', channel: 'job', kind: 'a'.repeat(40) } as const;
  assert.equal(deadLetterSubject(original), `assay.v1.acme.dlq.job-${'a'.repeat(40)}`);
});

test('refuses tokens that would reach other subjects', () => {
  for (const token of ['', '*', '>', 'a.b', 'A', 'a b', 'a\n', 'ä', 'a'.repeat(41)]) {
    assert.throws(() => proofSubject(token, 'decision'), { code: 'BAD_SUBJECT' });
    assert.throws(() => proofSubject('acme', token), { code: 'BAD_SUBJECT' });
    assert.throws(() => channelFilter(token, 'job'), { code: 'BAD_SUBJECT' });
  }
});

test('reads what it builds and nothing else', () => {
  const { bank, channel, kind } = parseSubject('assay.v1.acme.archive.pending');
  assert.deepEqual([bank, channel, kind], ['acme', 'archive', 'pending']);
  const foreign = [
    ...['assay.v2.acme.job.x', 'assay.v1.acme.job', 'assay.v1.acme.job.x.y', 'assay.v1.acme.job.*'],
    ...['assay.v1.acme.archive.lost', 'assay.v1.acme.mail.x', '$JS.API.INFO', ''],
  ];
  for (const text of foreign) assert.throws(() => parseSubject(text), { code: 'BAD_SUBJECT' });
});
