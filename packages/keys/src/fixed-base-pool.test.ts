import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { coordinates, multiplesInG1, multiplesInG2, SCALARS } from '../test/multiples.ts';
import { FixedBasePool } from './fixed-base-pool.ts';

let pool: FixedBasePool;
before(async () => {
  pool = await FixedBasePool.start(2);
});
after(() => pool.close());

test('multiples in G1 are those of another library; zero gives infinity', async () => {
  assert.deepEqual(coordinates(await pool.multiply('G1', SCALARS)), multiplesInG1(SCALARS));
});

test('multiples in G2 are those of another library; zero gives infinity', async () => {
  assert.deepEqual(coordinates(await pool.multiply('G2', SCALARS)), multiplesInG2(SCALARS));
});

test('many points come back in their order, and each is reported once', async () => {
  const many = Array.from({ length: 5000 }, (_, i) => BigInt(i + 1));
  let reported = 0;
  const points = await pool.multiply('G1', many, (count) => {
    reported += count;
  });
  assert.equal(reported, many.length);
  const all = coordinates(points);
  assert.equal(all.length, 2 * many.length);
  // First, last, and on both sides of the chunks that go to the threads.
  for (const k of [1, 2, 2047, 2048, 2049, 2050, 4096, 4097, 4999, 5000]) {
    assert.deepEqual(all.slice(2 * (k - 1), 2 * k), multiplesInG1([BigInt(k)]));
  }
});
