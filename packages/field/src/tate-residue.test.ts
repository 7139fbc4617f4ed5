import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { FIELD_ORDER, type Fr, powFr } from './fr.ts';
import { B8, IDENTITY, isInSubgroup, type Point, pointAdd, pointEquals, pointMultiply } from './point.ts';
import { SUBGROUP_ORDER } from './scalar.ts';
import { tateResidue } from './tate-residue.ts';

// The generator of the whole curve (EIP-2494), and of its points of order 8.
const GENERATOR: Point = {
  x: 995203441582195749578291179787384436505546430278305826713579947235728471134n as Fr,
  y: 5472060717959818805561601436314318772137091100104008585924551046643952123905n as Fr,
};
const TORSION = pointMultiply(GENERATOR, SUBGROUP_ORDER);
/** What the residue is a faster test for. */
const byMultiplication = (point: Point): boolean => pointEquals(pointMultiply(point, SUBGROUP_ORDER), IDENTITY);
const multiplier = fc.bigInt({ min: 1n, max: 8n * SUBGROUP_ORDER - 1n });
const times = (k: bigint): Point => pointMultiply(GENERATOR, k);

suite('the Tate residue', () => {
  test('is one exactly in the subgroup, whichever the point of the curve', () => {
    fc.assert(
      fc.property(multiplier, (k) => {
        const point = times(k);
        assert.equal(byMultiplication(point), k % 8n === 0n);
        const residue = tateResidue(point);
        assert.equal(residue === undefined ? byMultiplication(point) : residue === 1n, k % 8n === 0n);
        assert.equal(isInSubgroup(point), k % 8n === 0n);
      }),
      { numRuns: 100 },
    );
  });

  test('is a homomorphism onto the eighth roots of unity', () => {
    fc.assert(
      fc.property(multiplier, multiplier, (a, b) => {
        const [p, q, sum] = [times(a), times(b), times((a + b) % (8n * SUBGROUP_ORDER))].map(tateResidue);
        if (p === undefined || q === undefined || sum === undefined) return;
        assert.equal((p * q) % FIELD_ORDER, sum);
        assert.equal(powFr(p, 8n), 1n);
      }),
      { numRuns: 60 },
    );
    const residues = Array.from({ length: 8 }, (_, k) => tateResidue(pointAdd(B8, pointMultiply(TORSION, BigInt(k)))));
    assert.equal(new Set(residues).size, 8);
  });

  test('is left open where its functions vanish, and multiplication decides', () => {
    for (let k = 0n; k < 8n; k++) {
      const point = pointMultiply(TORSION, k);
      const residue = tateResidue(point);
      assert.ok(residue === undefined || residue !== 1n, `${k}`);
      assert.equal(isInSubgroup(point), k === 0n, `${k}`);
    }
  });
});
