import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { bn254 } from '@noble/curves/bn254.js';
import { FixedBasePool } from './fixed-base-pool.ts';

const { Fp, Fr } = bn254.fields;

let pool: FixedBasePool;
before(async () => {
  pool = await FixedBasePool.start(2);
});
after(() => pool.close());

// Around the ends of signed windows of 12 and 13 bits, and of the group.
const WINDOW_ENDS = [12n, 13n, 24n, 26n, 247n, 252n].flatMap((bits) =>
  [-1n, 0n, 1n].map((step) => (1n << bits) / 2n + step),
);
const EDGES = [0n, 1n, 2n, ...WINDOW_ENDS, (1n << 253n) - 1n, Fr.ORDER / 2n, Fr.ORDER - 2n, Fr.ORDER - 1n];
const OTHERS = Array.from({ length: 20 }, (_, i) => Fr.pow(7n, BigInt(1000 + i)));
const SCALARS = [...EDGES, ...OTHERS];

function coordinates(points: Uint8Array): bigint[] {
  const inverse = Fp.inv(Fp.create(1n << 256n));
  return Array.from({ length: points.length / 32 }, (_, i) => {
    const stored = Buffer.from(points.subarray(32 * i, 32 * (i + 1))).reverse();
    return Fp.mul(BigInt(`0x${stored.toString('hex')}`), inverse);
  });
}

test('multiples in G1 are those of another library; zero gives infinity', async () => {
  const expected = SCALARS.flatMap((k) => {
    const { x, y } = bn254.G1.Point.BASE.multiplyUnsafe(k).toAffine();
    return [x, y];
  });
  assert.deepEqual(coordinates(await pool.multiply('G1', SCALARS)), expected);
});

test('multiples in G2 are those of another library; zero gives infinity', async () => {
  const expected = SCALARS.flatMap((k) => {
    const { x, y } = bn254.G2.Point.BASE.multiplyUnsafe(k).toAffine();
    return [x.c0, x.c1, y.c0, y.c1];
  });
  assert.deepEqual(coordinates(await pool.multiply('G2', SCALARS)), expected);
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
    const { x, y } = bn254.G1.Point.BASE.multiplyUnsafe(BigInt(k)).toAffine();
    assert.deepEqual(all.slice(2 * (k - 1), 2 * k), [x, y]);
  }
});
