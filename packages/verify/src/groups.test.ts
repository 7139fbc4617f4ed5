import assert from 'node:assert/strict';
import { test } from 'node:test';
import { groupsOf, oneAhead } from './groups.ts';

async function* upTo(count: number, failure?: Error): AsyncIterable<number> {
  for (let i = 0; i < count; i++) yield i;
  if (failure !== undefined) throw failure;
}

function endless(): { readonly source: AsyncIterable<number>; readonly wasStopped: () => boolean } {
  let stopped = false;
  async function* ones(): AsyncIterable<number> {
    try {
      for (;;) yield 1;
    } finally {
      stopped = true;
    }
  }
  return { source: ones(), wasStopped: () => stopped };
}

test('groups hold everything once, in order, the last what is left', async () => {
  for (const [count, sizes] of [
    [0, []],
    [1, [1]],
    [3, [3]],
    [7, [3, 3, 1]],
  ] as const) {
    const groups: (readonly number[])[] = [];
    for await (const group of groupsOf(upTo(count), 3)) groups.push(group);
    assert.deepEqual(
      groups.map((group) => group.length),
      sizes,
    );
    assert.deepEqual(
      groups.flat(),
      Array.from({ length: count }, (_, i) => i),
    );
  }
});

test('what came before a failure comes before the failure', async () => {
  const seen: number[] = [];
  const failure = new Error('the source fails');
  await assert.rejects(async () => {
    for await (const group of groupsOf(upTo(5, failure), 3)) seen.push(...group);
  }, failure);
  assert.deepEqual(seen, [0, 1, 2, 3, 4]);
});

test('whoever stops early stops the source', async () => {
  const { source, wasStopped } = endless();
  for await (const group of groupsOf(source, 2)) {
    assert.deepEqual(group, [1, 1]);
    break;
  }
  assert.ok(wasStopped());
});

test('one ahead, the next is being fetched while one is looked at', async () => {
  const fetched: number[] = [];
  async function* source(): AsyncIterable<number> {
    for (let i = 0; i < 3; i++) {
      fetched.push(i);
      yield i;
    }
  }
  const seen: (readonly number[])[] = [];
  for await (const one of oneAhead(source())) seen.push([one, fetched.length]);
  assert.deepEqual(seen, [
    [0, 2],
    [1, 3],
    [2, 3],
  ]);
});

test('one ahead, a failure comes when its turn does, and whoever stops early stops the source', async () => {
  const seen: number[] = [];
  const failure = new Error('the source fails');
  await assert.rejects(async () => {
    for await (const one of oneAhead(upTo(2, failure))) seen.push(one);
  }, failure);
  assert.deepEqual(seen, [0, 1]);

  const { source, wasStopped } = endless();
  for await (const one of oneAhead(source)) {
    assert.equal(one, 1);
    break;
  }
  assert.ok(wasStopped());
});
