import assert from 'node:assert/strict';
import { test } from 'node:test';
import { JobQueue } from './job-queue.ts';

test('jobs are taken in the order in which they came, and no more wait than the limit', async () => {
  const queue = new JobQueue<number>(2);
  assert.deepEqual(
    [1, 2, 3].map((job) => queue.offer(job)),
    [true, true, false],
  );
  assert.equal(queue.length, 2);
  assert.deepEqual([await queue.take(), await queue.take()], [1, 2]);
});

test('a waiting consumer gets a job though none may wait', async () => {
  const queue = new JobQueue<number>(0);
  assert.equal(queue.offer(1), false);
  const taken = queue.take();
  assert.equal(queue.offer(2), true);
  assert.equal(queue.offer(3), false);
  assert.equal(await taken, 2);
});

test('a job that waits can be taken out, once', () => {
  const queue = new JobQueue<number>(3);
  queue.offer(1);
  queue.offer(2);
  assert.deepEqual([queue.remove(1), queue.remove(1), queue.length], [true, false, 1]);
});

test('a closed queue hands back what waits and sends every consumer away', async () => {
  const full = new JobQueue<number>(3);
  full.offer(1);
  assert.deepEqual(full.close(), [1]);
  assert.equal(full.offer(2), false);
  assert.equal(await full.take(), undefined);
  const empty = new JobQueue<number>(3);
  const taken = empty.take();
  empty.close();
  assert.equal(await taken, undefined);
});
