import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runCommand } from '../setup/run-command.ts';
import { childSeconds } from './child-time.ts';

test('what a process took counts when it has ended', { skip: process.platform !== 'linux' }, async () => {
  const program = 'const end = process.cpuUsage().user + 300_000; while (process.cpuUsage().user < end);';
  const before = childSeconds()!;
  await runCommand(process.execPath, ['-e', program]);
  const taken = childSeconds()! - before;
  assert.ok(taken >= 0.3 && taken < 10, `${taken} s`);
});
