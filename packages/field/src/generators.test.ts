import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { suite, test } from 'node:test';
import { FIELD_ORDER } from './fr.ts';
import { GROUPS, hashToCurve, PARTITIONS, tallyGenerators } from './generators.ts';
import { B8, IDENTITY, isInSubgroup, isOnCurve, type Point, pointEquals, pointMultiply, pointNegate } from './point.ts';

const { decided, approved, blinding } = tallyGenerators();
const all: Point[] = [...decided.flat(), ...approved.flat(), blinding];

suite('tally generators', () => {
  test('are one for each count, and one for the blinding', () => {
    assert.equal(all.length, 2 * PARTITIONS * GROUPS + 1);
  });

  test('are in the prime-order subgroup, and not the identity', () => {
    for (const point of all) assert.ok(isInSubgroup(point) && !pointEquals(point, IDENTITY));
  });

  test('are distinct, also up to sign, and none is B8', () => {
    const xs = [...all, B8].flatMap((point) => [point, pointNegate(point)]).map(({ x, y }) => `${x},${y}`);
    assert.equal(new Set(xs).size, 2 * (all.length + 1));
  });

  test('have the labels of the specification', () => {
    assert.deepEqual(decided[2]![5], hashToCurve('N/2/5'));
    assert.deepEqual(approved[3]![7], hashToCurve('K/3/7'));
    assert.deepEqual(blinding, hashToCurve('H'));
  });

  test('come from the first digest that is an ordinate', () => {
    // Eight times a curve point (x, y) with y a digest and x the smaller root: found here from the result backwards.
    const candidates = Array.from({ length: 16 }, (_, k) => {
      const input = Buffer.concat([Buffer.from('assay.v1.generator\0H\0'), Buffer.of(k)]);
      return BigInt(`0x${createHash('sha512').update(input).digest('hex')}`) % FIELD_ORDER;
    });
    const roots = candidates.map((y) => rootByExponent(y)).filter((point) => point !== undefined);
    assert.deepEqual(pointMultiply(roots[0]!, 8n), blinding);
  });

  test('refuse labels that could run into the separators', () => {
    for (const label of ['', 'N/0/0\0', 'a b', 'ü'])
      assert.throws(() => hashToCurve(label), { code: 'INVALID_STRING' });
  });
});

/** The curve point of an ordinate by Cipolla's method, which shares nothing with the implementation. */
function rootByExponent(y: bigint): Point | undefined {
  const p = FIELD_ORDER;
  const mod = (v: bigint): bigint => ((v % p) + p) % p;
  const power = (b: bigint, e: bigint): bigint => {
    let [result, base] = [1n, mod(b)];
    for (let left = e; left > 0n; left >>= 1n) {
      if (left & 1n) result = mod(result * base);
      base = mod(base * base);
    }
    return result;
  };
  const square = mod((1n - y * y) * power(168700n - 168696n * y * y, p - 2n));
  if (power(square, (p - 1n) / 2n) !== 1n) return undefined;
  let a = 1n;
  while (power(a * a - square, (p - 1n) / 2n) !== p - 1n) a++;
  const w = mod(a * a - square);
  let [re, im, bre, bim] = [1n, 0n, a, 1n];
  for (let left = (p + 1n) / 2n; left > 0n; left >>= 1n) {
    if (left & 1n) [re, im] = [mod(re * bre + im * bim * w), mod(re * bim + im * bre)];
    [bre, bim] = [mod(bre * bre + bim * bim * w), mod(2n * bre * bim)];
  }
  const x = re <= (p - 1n) / 2n ? re : p - re;
  const point = { x, y } as Point;
  assert.ok(isOnCurve(point));
  return point;
}
