import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ModelError } from './error.ts';
import { decimal, LOGIT_ERROR, logit } from './logit.ts';
import { abs, add, compare, exact, mul, neg, ONE, type Rational, ratio } from './rational.ts';

const probability = fc.integer({ min: 1, max: 9999 }).map((n) => ratio(BigInt(n), 10_000n));

test('agrees with binary64 to its precision', () => {
  fc.assert(
    fc.property(probability, (p) => {
      const value = Number(p.num) / Number(p.den);
      const { num, den } = logit(p);
      assert.ok(Math.abs(Number(num) / Number(den) - (Math.log(value) - Math.log1p(-value))) < 1e-13 * 20);
    }),
  );
});

test('its exponential gives the odds back, far beyond binary64', () => {
  for (const text of ['0.55', '0.2', '0.999999', '0.000000000000000000000001']) {
    const p = decimal(text);
    const odds = ratio(p.num, p.den - p.num);
    const error = add(mul(exponential(logit(p)), { num: odds.den, den: odds.num }), neg(ONE));
    assert.ok(compare(abs(error), mul(LOGIT_ERROR, ratio(2n))) < 0n, text);
  }
});

test('one half is exactly zero, and complements are negatives', () => {
  assert.equal(logit(decimal('0.5')).num, 0n);
  fc.assert(
    fc.property(probability, (p) => {
      const sum = add(logit(p), logit(add(ONE, neg(p))));
      assert.ok(compare(abs(sum), mul(LOGIT_ERROR, ratio(2n))) <= 0n);
    }),
  );
});

test('refuses what is no probability and no decimal', () => {
  for (const text of ['0', '1', '1.5', '-0.5']) assert.throws(() => logit(decimal(text)), ModelError);
  for (const text of ['', '1e-3', '.5', 'NaN', '1/2']) assert.throws(() => decimal(text), { code: 'bad_cutoff' });
});

test('every binary64 number is the fraction it stands for', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e30, max: 1e30 }), (value) => {
      const { num, den } = exact(value);
      // The denominator is a power of two: dividing by it bit by bit is exact down to the last subnormal.
      const halvings = den.toString(2).length - 1;
      let back = Number(num);
      for (let i = 0; i < halvings; i++) back /= 2;
      assert.equal(back, value + 0);
    }),
  );
});

/** e^x by its Taylor series after halving x 16 times, in 400-bit fixed point: independent of the logarithm under test. */
function exponential(x: Rational): Rational {
  const places = 400n;
  const reduced = (x.num << (places - 16n)) / x.den;
  let [term, sum] = [1n << places, 0n];
  for (let n = 1n; term !== 0n; n++) {
    sum += term;
    term = ((term * reduced) >> places) / n;
    if (term === -1n) break;
  }
  for (let i = 0; i < 16; i++) sum = (sum * sum) >> places;
  return ratio(sum, 1n << places);
}
