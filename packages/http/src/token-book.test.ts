import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { TokenBook } from './token-book.ts';
import { formatTokenRecord, newToken, parseTokenFile } from './token-file.ts';

function tokenFile(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'assay-tokens-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return join(folder, 'tokens');
}

test('a token is known by its hash alone, until it expires', (t) => {
  const path = tokenFile(t);
  const { token, record } = newToken('anna', 5000);
  writeFileSync(path, `# examiners\n\n${formatTokenRecord(record)}`);
  assert.match(token, /^assay_[A-Za-z0-9_-]{43}$/);
  assert.ok(!formatTokenRecord(record).includes(token));
  let now = 0;
  const book = new TokenBook(path, () => now);
  assert.equal(book.examiner(`Bearer ${token}`), 'anna');
  assert.equal(book.examiner(`bearer ${token}`), 'anna');
  for (const wrong of [undefined, '', token, `Basic ${token}`, `Bearer ${token}x`, `Bearer ${record.hash}`]) {
    assert.throws(() => book.examiner(wrong), { code: 'unauthenticated', status: 401 });
  }
  now = 5000;
  assert.throws(() => book.examiner(`Bearer ${token}`), { code: 'token-expired', status: 403 });
});

test('a token that is added counts, one that is taken out does not, within a second', (t) => {
  const path = tokenFile(t);
  const [anna, ben] = [newToken('anna', 1e6), newToken('ben', 1e6)];
  writeFileSync(path, formatTokenRecord(anna.record));
  let now = 0;
  const book = new TokenBook(path, () => now);
  appendFileSync(path, formatTokenRecord(ben.record));
  now += 1000;
  assert.equal(book.examiner(`Bearer ${ben.token}`), 'ben');
  writeFileSync(path, formatTokenRecord(ben.record));
  now += 1000;
  assert.throws(() => book.examiner(`Bearer ${anna.token}`), { code: 'unauthenticated' });
  // Nobody is let in by what cannot be read.
  writeFileSync(path, 'ben\n');
  now += 1000;
  assert.throws(() => book.examiner(`Bearer ${ben.token}`), { code: 'unavailable' });
  rmSync(path);
  assert.throws(() => book.examiner(`Bearer ${ben.token}`), { code: 'unavailable' });
});

test('the first line that is no token is named by its number', () => {
  const { record } = newToken('anna', 0);
  const line = formatTokenRecord(record);
  assert.deepEqual(parseTokenFile(line + line), [record, record]);
  for (const wrong of ['Anna x', line.replace('anna', 'an na'), line.toUpperCase(), ` ${line}`]) {
    assert.equal(parseTokenFile(`#\n${line}${wrong}`), 3);
  }
});
