import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

test('gen/onnx.ts is what onnx.proto generates', () => {
  const script = fileURLToPath(new URL('../../generate.sh', import.meta.url));
  const { status, stderr } = spawnSync(script, ['--check'], { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
});
