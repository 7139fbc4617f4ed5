import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { totalSeconds, usageByName, usageSince } from './process-usage.ts';

const BUSY = `const end = Date.now() + 300; while (Date.now() < end); console.log('done'); process.stdin.resume();`;
const named = (command: string): string | undefined => (command.includes('Date.now() + 300') ? 'busy' : undefined);

test('a child is found by its command line, with the processor time that it has used', {
  skip: process.platform !== 'linux',
}, async () => {
  const before = usageByName(named);
  assert.equal(before.size, 0);
  const child = spawn(process.execPath, ['-e', BUSY], { stdio: ['pipe', 'pipe', 'inherit'] });
  try {
    await once(child.stdout, 'data');
    const usage = usageByName(named).get('busy')!;
    assert.ok(usage.main > 0 && usage.threads >= 0 && usage.children === 0);
    assert.deepEqual(usageSince(undefined, usage), usage);
    assert.equal(totalSeconds(usageSince(usage, usage)), 0);
  } finally {
    child.kill();
    await once(child, 'close');
  }
});
