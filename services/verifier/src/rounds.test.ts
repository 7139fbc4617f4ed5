import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Rounds } from './rounds.ts';

const PACE = { aloneMs: 30, togetherMs: 90, enough: 4 };

test('work begins at once after a quiet time, and what comes after it begins together, one round later', async () => {
  const rounds = new Rounds(PACE);
  const startedAt = performance.now();
  await rounds.begin();
  const begun: number[] = [];
  const note = (which: number): void => void begun.push(which);
  const [first, second] = [rounds.begin().then(() => note(1)), rounds.begin().then(() => note(2))];
  await Promise.race([first, second]);
  assert.ok(performance.now() - startedAt >= PACE.aloneMs - 1);
  await Promise.resolve();
  assert.deepEqual(begun, [1, 2]);
});

test('a round that several shared is followed by a longer one, until one is alone again', async () => {
  const rounds = new Rounds(PACE);
  await rounds.begin();
  await Promise.all([rounds.begin(), rounds.begin()]);
  const sharedAt = performance.now();
  await rounds.begin();
  const aloneAt = performance.now();
  assert.ok(aloneAt - sharedAt >= PACE.togetherMs - 2);
  await rounds.begin();
  const tookMs = performance.now() - aloneAt;
  assert.ok(tookMs >= PACE.aloneMs - 2);
});

test('work that is enough for a round waits no longer', async () => {
  const rounds = new Rounds({ aloneMs: 60_000, togetherMs: 60_000, enough: 3 });
  await rounds.begin();
  await Promise.all([rounds.begin(), rounds.begin(), rounds.begin()]);
  await Promise.all([rounds.begin(), rounds.begin(), rounds.begin()]);
});
