import assert from 'node:assert/strict';
import { test } from 'node:test';
import { termination } from './termination.ts';

test('the first signal is told, and signals mean again what they did', async (t) => {
  const listeners = (): number => process.listenerCount('SIGTERM') + process.listenerCount('SIGINT');
  const before = listeners();
  const { received, stop } = termination();
  t.after(stop);
  process.kill(process.pid, 'SIGTERM');
  assert.equal(await received, 'SIGTERM');
  assert.equal(listeners(), before);
});

test('a wait that is stopped leaves no listener', () => {
  const before = process.listenerCount('SIGINT');
  const { stop } = termination();
  assert.equal(process.listenerCount('SIGINT'), before + 1);
  stop();
  assert.equal(process.listenerCount('SIGINT'), before);
});
