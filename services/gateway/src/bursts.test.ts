import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { bursts } from './bursts.ts';

const PATIENT = { lingerMs: 60_000, most: 3 };

async function* numbers(count: number): AsyncGenerator<number> {
  for (let n = 1; n <= count; n++) {
    await nextTurn();
    yield n;
  }
}

test('what comes close upon each other is given together, in order and all of it, so many at most', async () => {
  const all: (readonly number[])[] = [];
  for await (const burst of bursts(numbers(7), PATIENT)) all.push(burst);
  assert.deepEqual(all, [[1, 2, 3], [4, 5, 6], [7]]);
  assert.equal((await bursts(numbers(0), PATIENT).next()).done, true);
});

test('nothing is waited for longer than it may linger', async () => {
  const gate = Promise.withResolvers<void>();
  async function* halting(): AsyncGenerator<number> {
    yield 1;
    await gate.promise;
    yield 2;
  }
  const given = bursts(halting(), { lingerMs: 1, most: 3 });
  assert.deepEqual((await given.next()).value, [1]);
  gate.resolve();
  assert.deepEqual((await given.next()).value, [2]);
  assert.equal((await given.next()).done, true);
});

test('a source that fails does so once what it gave before was taken, and one that is left is ended', async () => {
  let ended = false;
  async function* failing(): AsyncGenerator<number> {
    try {
      yield 1;
      throw new Error('the source broke');
    } finally {
      ended = true;
    }
  }
  const given = bursts(failing(), { lingerMs: 1, most: 1 });
  assert.deepEqual((await given.next()).value, [1]);
  await assert.rejects(given.next(), /the source broke/);
  assert.equal(ended, true);
  ended = false;
  async function* endless(): AsyncGenerator<number> {
    try {
      for (;;) yield 1;
    } finally {
      ended = true;
    }
  }
  for await (const burst of bursts(endless(), PATIENT)) {
    assert.equal(burst.length, PATIENT.most);
    break;
  }
  assert.equal(ended, true);
});
