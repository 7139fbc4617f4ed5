import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bn254 } from '@noble/curves/bn254.js';
import fc from 'fast-check';
import { domainPower, isRootOfUnity, lagrangeAt, rootOfUnity } from './domain.ts';

const { Fr } = bn254.fields;
const scalar = fc.bigInt({ min: 2n, max: Fr.ORDER - 1n });

test('roots of unity have exactly their order, each the square of the next', () => {
  for (let power = 1; power <= 28; power++) {
    assert.equal(isRootOfUnity(rootOfUnity(power), power), true);
    assert.equal(isRootOfUnity(rootOfUnity(power), power - 1), false);
    assert.equal(Fr.sqr(rootOfUnity(power)), rootOfUnity(power - 1));
  }
  // The generator of the whole subgroup, as published for BN254 (EIP-196's curve) in snarkjs and other provers.
  assert.equal(rootOfUnity(28), 19103219067921713944291392827692070036145651957329286315305642004821462161904n);
  assert.throws(() => rootOfUnity(29), { code: 'CIRCUIT_TOO_LARGE' });
});

test('the domain holds the constraints, the public signals and the constant, and no power of two less does', () => {
  assert.deepEqual(
    [
      [31, 0],
      [30, 2],
      [32, 0],
      [29, 2],
      [65_523, 12],
      [65_524, 12],
    ].map(([c, p]) => domainPower(c!, p!)),
    [5, 6, 6, 5, 16, 17],
  );
});

test('Lagrange polynomials interpolate every polynomial of lower degree', () => {
  fc.assert(
    fc.property(fc.array(scalar, { minLength: 8, maxLength: 8 }), scalar, (coefficients, x) => {
      fc.pre(!isRootOfUnity(x, 3));
      const at = (point: bigint) => coefficients.reduceRight((sum, c) => Fr.add(Fr.mul(sum, point), c), 0n);
      const root = rootOfUnity(3);
      const values = lagrangeAt(x, 3).map((weight, i) => Fr.mul(weight, at(Fr.pow(root, BigInt(i)))));
      assert.equal(
        values.reduce((sum, value) => Fr.add(sum, value), 0n),
        at(x),
      );
    }),
  );
});
