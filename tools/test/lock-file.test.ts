import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lockFileGaps } from './lock-file.ts';

test('an optional dependency without an entry is a gap; hoisted or nested entries fill it', () => {
  const packages = {
    'node_modules/tool': { optionalDependencies: { 'tool-linux': '1.0.0', 'tool-mac': '1.0.0', 'tool-win': '1.0.0' } },
    'node_modules/tool-linux': {},
    'node_modules/tool/node_modules/tool-win': {},
  };
  assert.deepEqual(lockFileGaps(packages), ['tool-mac']);
});
