import assert from 'node:assert/strict';
import { test } from 'node:test';
import { oncePerObject } from './once.ts';

test('computes once for each object, whatever comes out', () => {
  let computed = 0;
  const isEven = oncePerObject(({ n }: { readonly n: number }) => {
    computed += 1;
    return n % 2 === 0 ? true : undefined;
  });
  const [two, three, otherTwo] = [{ n: 2 }, { n: 3 }, { n: 2 }];
  assert.deepEqual([two, three, two, three, otherTwo].map(isEven), [true, undefined, true, undefined, true]);
  assert.equal(computed, 3);
});
