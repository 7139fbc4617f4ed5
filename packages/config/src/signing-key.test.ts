import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { readSigningKey } from './signing-key.ts';

test('a key is read from a file of its owner alone, with as many bytes as a key has', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'assay-key-'));
  t.after(() => rmSync(dir, { recursive: true }));
  const path = join(dir, 'key');
  const refused = (message: RegExp) => assert.rejects(readSigningKey(path), { code: 'CONFIG_UNREADABLE', message });
  await refused(/cannot be read/);
  const key = new Uint8Array(32).fill(7);
  writeFileSync(path, key, { mode: 0o600 });
  assert.deepEqual(await readSigningKey(path), key);
  chmodSync(path, 0o640);
  await refused(/may be read by others: chmod 600/);
  writeFileSync(path, key.subarray(1));
  chmodSync(path, 0o600);
  await refused(/does not have 32 bytes/);
});
