import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ThreadShare } from './thread-share.ts';

test('a proof alone has all processors, each of several its part, and none has less than one thread', async () => {
  const share = new ThreadShare(4);
  const { promise: over, resolve: end } = Promise.withResolvers<void>();
  const given: number[] = [];
  const make = async (threads: number): Promise<void> => {
    given.push(threads);
    await over;
  };
  const running = Array.from({ length: 6 }, () => share.during(make));
  assert.deepEqual(given, [4, 2, 1, 1, 1, 1]);
  end();
  await Promise.all(running);
  await assert.rejects(
    share.during(() => Promise.reject(new Error('refused'))),
    /refused/,
  );
  assert.equal(await share.during(async (threads) => threads), 4);
});
