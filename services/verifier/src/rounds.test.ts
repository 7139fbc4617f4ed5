import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Rounds } from './rounds.ts';

const EVERY_MS = 30;

test('work begins at once after a quiet time, and what comes after it begins together, one round later', async () => {
  const rounds = new Rounds(EVERY_MS);
  const startedAt = performance.now();
  await rounds.begin();
  const begun: number[] = [];
  const note = (which: number): void => void begun.push(which);
  const [first, second] = [rounds.begin().then(() => note(1)), rounds.begin().then(() => note(2))];
  await Promise.race([first, second]);
  assert.ok(performance.now() - startedAt >= EVERY_MS - 1);
  await Promise.resolve();
  assert.deepEqual(begun, [1, 2]);
  await rounds.begin();
  assert.ok(performance.now() - startedAt >= 2 * EVERY_MS - 2);
});
