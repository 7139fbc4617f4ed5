import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { toFloat32, toFloat32ByDouble } from './float32.ts';
import { exact, ratio } from './rational.ts';

const numbers = fc
  .double({ noNaN: true, noDefaultInfinity: true, min: -3e38, max: 3e38 })
  .filter((value) => value === 0 || Math.abs(value) > 1e-300);

test('rounds as the hardware does wherever one rounding is all there is', () => {
  fc.assert(
    fc.property(numbers, (value) => {
      // + 0 makes one zero of the two that binary32 has.
      assert.equal(toFloat32(exact(value)), Math.fround(value) + 0);
      assert.equal(toFloat32ByDouble(exact(value)), Math.fround(value) + 0);
    }),
  );
});

test('ties go to even, subnormals keep their last bit', () => {
  assert.equal(toFloat32(ratio(2n ** 24n + 1n)), 2 ** 24);
  assert.equal(toFloat32(ratio(2n ** 24n + 3n)), 2 ** 24 + 4);
  assert.equal(toFloat32(ratio(1n, 1n << 149n)), 2 ** -149);
  assert.equal(toFloat32(ratio(1n, 1n << 150n)), 0);
  assert.equal(toFloat32(ratio(3n, 1n << 150n)), 2 ** -148);
  assert.equal(toFloat32(ratio(-(2n ** 25n) + 1n)), -(2 ** 25));
});

test('one rounding and two differ just above a tie', () => {
  const justAbove = ratio((2n ** 24n + 1n) * 2n ** 80n + 1n, 2n ** 80n);
  assert.equal(toFloat32(justAbove), 2 ** 24 + 2);
  assert.equal(toFloat32ByDouble(justAbove), 2 ** 24);
});

test('decimals as text parsing reads them', () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }),
      fc.integer({ min: 1, max: 12 }),
      (scaled, digits) => {
        assert.equal(
          toFloat32ByDouble(ratio(scaled, 10n ** BigInt(digits))),
          Math.fround(Number(`${scaled}e-${digits}`)),
        );
      },
    ),
  );
});

test('beyond the largest number is an error', () => {
  assert.equal(toFloat32(ratio((2n ** 24n - 1n) << 104n)), 3.4028234663852886e38);
  assert.throws(() => toFloat32(ratio(1n << 128n)), RangeError);
});
