import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { formatNotice } from '@assay/verify';
import { declinedNotice, SUBJECT } from '../../verify/test/notice-world.ts';
import { trustBytes } from '../../verify/test/world.ts';
import { assay } from './run.ts';

const dir = mkdtempSync(join(tmpdir(), 'assay-notice-'));
after(() => rmSync(dir, { recursive: true }));
const write = (name: string, content: string | Uint8Array): string => {
  writeFileSync(join(dir, name), content);
  return join(dir, name);
};
const notice = formatNotice(await declinedNotice());
const file = write('notice.json', notice);
const trust = write('trust.json', trustBytes);

test('a notice that fits prints every check, and that development keys prove nothing', async () => {
  const subject = write('subject.txt', `${SUBJECT}\n`);
  const { status, stdout, stderr } = await assay('check-notice', file, '--trust', trust, '--subject', subject);
  assert.equal(status, 0, stderr);
  const lines = stdout.trim().split('\n');
  assert.equal(lines.filter((line) => line.startsWith('passed')).length, 9);
  assert.match(stdout, /^passed {3}outcome +the logged outcome is: declined$/m);
  assert.match(lines.at(-1)!, /^INSECURE/);
});

test('without the subject the check of whose it is is shown as not made', async () => {
  const { status, stdout } = await assay('check-notice', file, '--trust', trust);
  assert.equal(status, 0);
  assert.match(stdout, /^not made applicant +whether it is about you/m);
});

test('the first check that fails is named, and ends with status 1', async () => {
  const other = write('other.txt', String(SUBJECT + 1n));
  const { status, stdout, stderr } = await assay('check-notice', file, '--trust', trust, '--subject', other);
  assert.equal(status, 1);
  assert.match(stdout, /^passed {3}decision/m);
  assert.match(stdout, /^FAILED {3}applicant/m);
  assert.doesNotMatch(stdout, /outcome/);
  assert.match(stderr, /check-notice: applicant: the opening key is not that of this subject/);
  const text = new TextDecoder().decode(notice).replace('Debt-to-income ratio', 'Collateral');
  const altered = await assay('check-notice', write('altered.json', text), '--trust', trust);
  assert.equal(altered.status, 1);
  assert.match(altered.stderr, /check-notice: reasons: /);
});

test('a wrong call has status 2', async () => {
  assert.equal((await assay('check-notice', file)).status, 2);
  assert.equal((await assay('check-notice', '--trust', trust)).status, 2);
  assert.equal((await assay('check-notice', join(dir, 'none'), '--trust', trust)).status, 2);
  const words = write('words.txt', 'no number');
  const { status, stderr } = await assay('check-notice', file, '--trust', trust, '--subject', words);
  assert.equal(status, 2);
  assert.doesNotMatch(stderr, /no number/);
});
