import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { FixedBase } from './fixed-base.ts';
import { FIELD_ORDER, type Fr } from './fr.ts';
import { B8, IDENTITY, type Point, pointAdd, pointMultiply } from './point.ts';
import { SUBGROUP_ORDER } from './scalar.ts';

const ORDER_TWO: Point = { x: 0n as Fr, y: (FIELD_ORDER - 1n) as Fr };

suite('a point with its multiples', () => {
  test('is multiplied as without them, by any multiplier', () => {
    for (const point of [B8, pointAdd(B8, ORDER_TWO), ORDER_TWO, IDENTITY]) {
      const base = new FixedBase(point);
      for (const k of [
        0n,
        1n,
        15n,
        16n,
        2n ** 252n,
        SUBGROUP_ORDER - 1n,
        SUBGROUP_ORDER,
        2n ** 256n - 1n,
        2n ** 256n,
      ]) {
        assert.deepEqual(base.multiply(k), pointMultiply(point, k));
      }
    }
    const base = new FixedBase(B8);
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 256n - 1n }), (k) => {
        assert.deepEqual(base.multiply(k), pointMultiply(B8, k));
      }),
      { numRuns: 50 },
    );
  });

  test('refuses points off the curve and negative multipliers', () => {
    assert.throws(() => new FixedBase({ x: 1n as Fr, y: 2n as Fr }), { code: 'INVALID_POINT' });
    assert.throws(() => new FixedBase(B8).multiply(-1n), { code: 'NOT_CANONICAL' });
    assert.throws(() => new FixedBase(B8).multiplyExtended(2n ** 256n), { code: 'NOT_CANONICAL' });
  });
});
