import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { nativeIndexFile } from '../../packages/groth16/src/native-addon.ts';
import { runCommand, tryCommand } from './run-command.ts';

const SETUP = join(import.meta.dirname, 'main.ts');

test('without a compiler the setup goes on, and says once that proving is slower', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'assay-native-'));
  t.after(() => rm(folder, { recursive: true }));
  const env = { CXX: '/nonexistent', ASSAY_CACHE_DIR: folder };
  const { exitCode, stderr } = await tryCommand(process.execPath, [SETUP, 'native'], { env });
  assert.equal(exitCode, 0);
  assert.equal(stderr.match(/slower/g)?.length, 1);
  assert.match(stderr, /no C\+\+ compiler \(\/nonexistent\)/);
  assert.equal(await readFile(nativeIndexFile(folder), 'utf8'), '{}\n');
  // What loads it then finds none.
  const program = `import { loadNativeAddon } from '@assay/groth16'; console.log(loadNativeAddon())`;
  const args = ['--input-type=module', '--disable-warning=ExperimentalWarning', '-e', program];
  const found = await runCommand(process.execPath, args, {
    cwd: import.meta.dirname,
    env: { ...env, ASSAY_ENGINE: '' },
  });
  assert.equal(found.trim(), 'undefined');
});
