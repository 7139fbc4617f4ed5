import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Changes } from './changes.ts';

const never = new AbortController().signal;
const settled = async (promise: Promise<void>): Promise<boolean> =>
  Promise.race([promise.then(() => true), new Promise<boolean>((resolve) => setImmediate(() => resolve(false)))]);

test('a change wakes those who wait for this thing, once', async () => {
  const changes = new Changes();
  const [a, also, b] = [changes.next('a', never), changes.next('a', never), changes.next('b', never)];
  changes.changed('a');
  assert.deepEqual([await settled(a), await settled(also), await settled(b)], [true, true, false]);
  assert.equal(await settled(changes.next('a', never)), false);
  changes.changed('b');
  await b;
});

test('a wait ends when it is aborted, before or after it began, or has lasted', async () => {
  const changes = new Changes();
  const stop = new AbortController();
  const waiting = changes.next('a', stop.signal);
  stop.abort();
  await waiting;
  await changes.next('a', stop.signal);
  await changes.next('a', never, 1);
});
