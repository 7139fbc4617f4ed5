import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { loadOrCreateKey } from './key-file.ts';

function scratch(t: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), 'assay-key-'));
  t.after(() => rmSync(dir, { recursive: true }));
  return dir;
}

test('makes a key once, for its owner alone, and leaves no draft behind', (t) => {
  const dir = scratch(t);
  const path = join(dir, 'key');
  const key = loadOrCreateKey(path);
  assert.equal(key.length, 32);
  assert.deepEqual(loadOrCreateKey(path), key);
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.deepEqual(readdirSync(dir), ['key']);
  assert.notDeepEqual(loadOrCreateKey(join(dir, 'other')), key);
});

test('refuses a file that others may read, a link, a directory and another length', (t) => {
  const dir = scratch(t);
  const open = join(dir, 'open');
  loadOrCreateKey(open);
  chmodSync(open, 0o640);
  assert.throws(() => loadOrCreateKey(open), { code: 'BAD_KEY' });

  const short = join(dir, 'short');
  writeFileSync(short, new Uint8Array(31), { mode: 0o600 });
  assert.throws(() => loadOrCreateKey(short), { code: 'BAD_KEY' });

  const link = join(dir, 'link');
  symlinkSync(short, link);
  assert.throws(() => loadOrCreateKey(link), { code: 'BAD_KEY' });
  assert.throws(() => loadOrCreateKey(dir), { code: 'BAD_KEY' });
});

test('gives processes that start at once the same key', async (t) => {
  const path = join(scratch(t), 'key');
  const module = new URL('./key-file.ts', import.meta.url).href;
  const script = `import { loadOrCreateKey } from ${JSON.stringify(module)};
    console.log(Buffer.from(loadOrCreateKey(${JSON.stringify(path)})).toString('hex'));`;
  const runs = Array.from({ length: 4 }, () =>
    promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script]),
  );
  const keys = new Set((await Promise.all(runs)).map(({ stdout }) => stdout.trim()));
  assert.equal(keys.size, 1);
});
