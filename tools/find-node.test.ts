import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { tryCommand } from './setup/run-command.ts';

const SCRIPT = join(import.meta.dirname, 'find-node.sh');
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-node-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function placeNode(path: string, version: string): Promise<string> {
  const file = join(folder, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `#!/bin/sh\necho ${version}\n`);
  await chmod(file, 0o755);
  return file;
}

async function find(): Promise<{ exitCode: number; path: string }> {
  const PATH = `${join(folder, 'path')}:/usr/bin:/bin`;
  const env = { PATH, ASSAY_CACHE_DIR: join(folder, 'cache') };
  const { exitCode, stdout } = await tryCommand('/bin/sh', [SCRIPT], { env });
  return { exitCode, path: stdout.trim() };
}

for (const version of ['v24.3.0', 'v24.21.0', 'v25.0.0', 'v26.1.2']) {
  test(`${version} on PATH is new enough, though the cache has one`, async () => {
    await placeNode('cache/bin/node', 'v24.21.0');
    const onPath = await placeNode('path/node', version);
    assert.deepEqual(await find(), { exitCode: 0, path: onPath });
  });
}

for (const version of ['v20.20.2', 'v22.30.0', 'v24.2.9']) {
  test(`${version} on PATH is passed over for the cache`, async () => {
    await placeNode('path/node', version);
    const cached = await placeNode('cache/bin/node', 'v24.21.0');
    assert.deepEqual(await find(), { exitCode: 0, path: cached });
  });
}

test('with neither it prints nothing and fails', async () => {
  await placeNode('path/node', 'v20.20.2');
  assert.deepEqual(await find(), { exitCode: 1, path: '' });
});
