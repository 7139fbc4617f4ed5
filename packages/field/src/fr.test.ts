import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { FIELD_ORDER, fr, frFromSigned, invertFr, powFr, reduceFr, signedFromFr } from './fr.ts';
import { sqrtFr } from './sqrt.ts';

const element = fc.bigInt({ min: 0n, max: FIELD_ORDER - 1n }).map(fr);
const half = (FIELD_ORDER - 1n) / 2n;

suite('field elements', () => {
  test('are canonical or refused', () => {
    assert.equal(fr(0n), 0n);
    assert.equal(fr(FIELD_ORDER - 1n), FIELD_ORDER - 1n);
    for (const outside of [-1n, FIELD_ORDER, FIELD_ORDER + 1n, 2n ** 256n]) {
      assert.throws(() => fr(outside), { code: 'NOT_CANONICAL' });
    }
  });

  test('reduce any integer to its residue', () => {
    fc.assert(
      fc.property(element, fc.bigInt(), (value, multiple) => {
        assert.equal(reduceFr(value + multiple * FIELD_ORDER), value);
      }),
    );
  });

  test('encode signed integers up to (r-1)/2 and no further', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -half, max: half }), (value) => {
        assert.equal(signedFromFr(frFromSigned(value)), value);
      }),
    );
    assert.equal(frFromSigned(-1n), FIELD_ORDER - 1n);
    for (const outside of [half + 1n, -half - 1n]) {
      assert.throws(() => frFromSigned(outside), { code: 'NOT_CANONICAL' });
    }
  });

  test('have inverses, but for zero', () => {
    fc.assert(
      fc.property(element, (value) => {
        if (value !== 0n) assert.equal(reduceFr(value * invertFr(value)), 1n);
      }),
    );
    assert.throws(() => invertFr(fr(0n)), { code: 'NOT_CANONICAL' });
  });

  test("follow Fermat's little theorem", () => {
    fc.assert(
      fc.property(element, (value) => assert.equal(powFr(value, FIELD_ORDER), value)),
      { numRuns: 20 },
    );
  });

  test('have powers of a base that are its products with itself', () => {
    fc.assert(
      fc.property(element, fc.bigInt({ min: 0n, max: 2n ** 300n }), (value, exponent) => {
        const bits = [...exponent.toString(2)];
        const power = bits.reduce((sofar, bit) => (sofar * sofar * (bit === '1' ? value : 1n)) % FIELD_ORDER, 1n);
        assert.equal(powFr(value, exponent), power);
      }),
    );
    for (const [at, power] of [1n, 3n, 9n, 27n, 81n].entries()) assert.equal(powFr(fr(3n), BigInt(at)), power);
  });
});

suite('square roots', () => {
  test('of squares are the smaller of the two roots', () => {
    fc.assert(
      fc.property(element, (value) => {
        const root = sqrtFr(reduceFr(value * value))!;
        assert.ok(root === value || root === FIELD_ORDER - value);
        assert.ok(root <= half);
      }),
      { numRuns: 50 },
    );
  });

  test('of non-residues do not exist', () => {
    // 5 generates the group, so it is none; nor is 5 times a square.
    fc.assert(
      fc.property(element, (value) => {
        if (value !== 0n) assert.equal(sqrtFr(reduceFr(5n * value * value)), undefined);
      }),
      { numRuns: 20 },
    );
  });

  test('of zero and one', () => {
    assert.equal(sqrtFr(fr(0n)), 0n);
    assert.equal(sqrtFr(fr(1n)), 1n);
    assert.equal(sqrtFr(fr(4n)), 2n);
  });
});
