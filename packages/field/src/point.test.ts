import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { buildBabyjub } from 'circomlibjs';
import fc from 'fast-check';
import { FieldError } from './error.ts';
import { FIELD_ORDER, type Fr, fr } from './fr.ts';
import {
  B8,
  IDENTITY,
  isInSubgroup,
  isOnCurve,
  type Point,
  pointAdd,
  pointEquals,
  pointMultiply,
  pointNegate,
  sumPoints,
} from './point.ts';
import { SUBGROUP_ORDER } from './scalar.ts';

const point = (x: bigint, y: bigint): Point => ({ x: x as Fr, y: y as Fr });

// The generator of the whole curve, and the point of order 2 (EIP-2494).
const GENERATOR = point(
  995203441582195749578291179787384436505546430278305826713579947235728471134n,
  5472060717959818805561601436314318772137091100104008585924551046643952123905n,
);
const ORDER_TWO = point(0n, FIELD_ORDER - 1n);
const OFF_CURVE = point(1n, 2n);

const multiplier = fc.bigInt({ min: 0n, max: SUBGROUP_ORDER - 1n });

suite('Baby Jubjub', () => {
  test('gives the sums and doubles of EIP-2494', () => {
    const p = point(
      17777552123799933955779906779655732241715742912184938656739573121738514868268n,
      2626589144620713026669568689430873010625803728049924121243784502389097019475n,
    );
    const q = point(
      16540640123574156134436876038791482806971768689494387082833631921987005038935n,
      20819045374670962167435360035096875258406992893633759881276124905556507972311n,
    );
    assert.deepEqual(
      pointAdd(p, q),
      point(
        7916061937171219682591368294088513039687205273691143098332585753343424131937n,
        14035240266687799601661095864649209771790948434046947201833777492504781204499n,
      ),
    );
    assert.deepEqual(
      pointAdd(p, p),
      point(
        6890855772600357754907169075114257697580319025794532037257385534741338397365n,
        4338620300185947561074059802482547481416142213883829469920100239455078257889n,
      ),
    );
  });

  test('gives the multiples of an independent implementation', async () => {
    const babyjub = await buildBabyjub();
    const reference = [babyjub.F.e(B8.x), babyjub.F.e(B8.y)] as const;
    for (const k of [
      0n,
      1n,
      2n,
      15n,
      16n,
      17n,
      SUBGROUP_ORDER - 1n,
      SUBGROUP_ORDER,
      2n ** 251n - 1n,
      2n ** 254n + 12345n,
    ]) {
      const [x, y] = babyjub.mulPointEscalar([...reference], k);
      assert.deepEqual(pointMultiply(B8, k), point(babyjub.F.toObject(x), babyjub.F.toObject(y)));
    }
  });

  test('B8 is eight times the generator and has order l', () => {
    assert.deepEqual(pointMultiply(GENERATOR, 8n), B8);
    assert.ok(isInSubgroup(B8));
    assert.deepEqual(pointMultiply(B8, SUBGROUP_ORDER), IDENTITY);
    assert.deepEqual(pointMultiply(GENERATOR, 8n * SUBGROUP_ORDER), IDENTITY);
  });

  test('tells the subgroup from points of low and mixed order, and from no points', () => {
    assert.ok(isInSubgroup(IDENTITY));
    assert.ok(isOnCurve(ORDER_TWO) && !isInSubgroup(ORDER_TWO));
    assert.ok(isOnCurve(GENERATOR) && !isInSubgroup(GENERATOR));
    const mixed = pointAdd(B8, ORDER_TWO);
    assert.ok(isOnCurve(mixed) && !isInSubgroup(mixed));
    assert.ok(!isOnCurve(OFF_CURVE) && !isInSubgroup(OFF_CURVE));
    assert.ok(!isOnCurve(point(B8.x + FIELD_ORDER, B8.y)), 'coordinates are canonical');
    assert.ok(!isOnCurve(point(-B8.x, B8.y)));
  });

  test('refuses to compute with points off the curve, and negative multipliers', () => {
    for (const compute of [
      () => pointAdd(B8, OFF_CURVE),
      () => pointAdd(OFF_CURVE, B8),
      () => pointMultiply(OFF_CURVE, 3n),
      () => sumPoints([B8, OFF_CURVE]),
    ]) {
      assert.throws(compute, (error) => error instanceof FieldError && error.code === 'INVALID_POINT');
    }
    assert.throws(() => pointMultiply(B8, -1n), { code: 'NOT_CANONICAL' });
  });

  test('is a group whose multiples add', () => {
    fc.assert(
      fc.property(multiplier, multiplier, (j, k) => {
        const [p, q] = [pointMultiply(B8, j), pointMultiply(B8, k)];
        assert.deepEqual(pointAdd(p, q), pointMultiply(B8, (j + k) % SUBGROUP_ORDER));
        assert.deepEqual(pointAdd(p, q), pointAdd(q, p));
        assert.deepEqual(pointAdd(p, pointNegate(p)), IDENTITY);
        assert.deepEqual(pointAdd(p, IDENTITY), p);
        assert.ok(isOnCurve(p));
      }),
      { numRuns: 20 },
    );
  });

  test('sums lists like one addition after the other', () => {
    assert.deepEqual(sumPoints([]), IDENTITY);
    assert.deepEqual(sumPoints([IDENTITY, B8, pointNegate(B8)]), IDENTITY);
    fc.assert(
      fc.property(fc.array(multiplier, { maxLength: 8 }), (multipliers) => {
        const points = multipliers.map((k) => pointMultiply(B8, k));
        assert.ok(pointEquals(sumPoints(points), points.reduce(pointAdd, IDENTITY)));
      }),
      { numRuns: 10 },
    );
  });

  test('negates the point with x = 0 to itself', () => {
    assert.deepEqual(pointNegate(ORDER_TWO), ORDER_TWO);
    assert.equal(fr(pointNegate(IDENTITY).x), 0n);
  });
});
