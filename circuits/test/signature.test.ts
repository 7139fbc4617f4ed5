import assert from 'node:assert/strict';
import { before, suite, test } from 'node:test';
import {
  B8,
  eddsaPublicKey,
  eddsaSign,
  FIELD_ORDER,
  IDENTITY,
  invertFr,
  type Point,
  pointAdd,
  pointMultiply,
  poseidon,
  randomScalar,
  reduceFr,
  SUBGROUP_ORDER,
  sqrtFr,
} from '@assay/field';
import type { WitnessCalculator } from '@assay/groth16';
import fc from 'fast-check';
import { compileGadget } from './compile-gadget.ts';

interface Signed {
  readonly key: Point;
  readonly r8: Point;
  readonly s: bigint;
  readonly message: bigint;
}

const SECRET = new Uint8Array(32).fill(7);
const element = fc.bigInt({ min: 0n, max: FIELD_ORDER - 1n });

function signed(message: bigint, secret = SECRET): Signed {
  return { key: eddsaPublicKey(secret), ...eddsaSign(secret, message), message };
}

/** A signature by the equation itself, for keys `a B8 + torsion` and nonces with or without torsion. */
function signedBy(a: bigint, torsion: Point, message: bigint, nonceTorsion: Point = IDENTITY): Signed {
  const key = pointAdd(pointMultiply(B8, a), torsion);
  const nonce = randomScalar();
  const r8 = pointAdd(pointMultiply(B8, nonce), nonceTorsion);
  const h = poseidon([r8.x, r8.y, key.x, key.y, message]);
  return { key, r8, s: (nonce + 8n * h * a) % SUBGROUP_ORDER, message };
}

/** As in circuits/lib/signature.circom: 2^254 + 1 + 2 OFFSET is a multiple of l. */
const OFFSET = 574155819724977287348030823778388141763728763667049420668988134227319346733n;
const MINUS_ONE = FIELD_ORDER - 1n;
const ORDER_2 = { x: 0n, y: MINUS_ONE } as Point;
const ORDER_4 = { x: sqrtFr(invertFr(reduceFr(168_700n)))!, y: 0n } as Point;

/** A point of order 8: l times a point that is outside the subgroup in every way. */
function pointOfOrder8(): Point {
  for (let y = 2n; ; y++) {
    const x = sqrtFr(reduceFr((1n - y * y) * invertFr(reduceFr(168_700n - 168_696n * y * y))));
    if (x === undefined) continue;
    const low = pointMultiply({ x, y } as Point, SUBGROUP_ORDER);
    if (pointMultiply(low, 4n).y === MINUS_ONE) return low;
  }
}

suite('signature gadget', () => {
  let calculator: WitnessCalculator;
  before(async () => {
    calculator = await compileGadget('signature');
  });
  const accepts = ({ key, r8, s, message }: Signed): void =>
    void calculator.witness({ key: [key.x, key.y], r8: [r8.x, r8.y], s, message });
  const refuses = (signature: Signed, place?: RegExp): void =>
    assert.throws(
      () => accepts(signature),
      (error: Error & { code?: string }) => {
        assert.equal(error.code, 'WITNESS_REJECTED', error.message);
        if (place !== undefined) assert.match(error.message, place);
        return true;
      },
    );

  test('accepts what the reference implementation signs', () => {
    const secret = fc.uint8Array({ minLength: 32, maxLength: 32 });
    fc.assert(
      fc.property(secret, element, (bytes, message) => accepts(signed(message, bytes))),
      { numRuns: 25 },
    );
    for (const message of [0n, 1n, FIELD_ORDER - 1n]) accepts(signed(message));
  });

  test('accepts challenges that wrap around the field when the circuit shifts them', () => {
    for (let found = 0, message = 0n; found < 2; message++) {
      const { key, r8, s } = signed(message);
      if (poseidon([r8.x, r8.y, key.x, key.y, message]) + OFFSET < FIELD_ORDER) continue;
      accepts({ key, r8, s, message });
      found++;
    }
  });

  test('refuses another message, key, nonce point or scalar', () => {
    const honest = signed(42n);
    refuses({ ...honest, message: 43n });
    refuses({ ...honest, key: eddsaPublicKey(new Uint8Array(32).fill(8)) });
    refuses({ ...honest, r8: pointAdd(honest.r8, B8) });
    refuses({ ...honest, s: honest.s + 1n });
    refuses({ ...honest, r8: { x: reduceFr(-honest.r8.x), y: honest.r8.y } });
  });

  test('refuses a scalar of l and more', () => {
    // Nonces are drawn until s + l has 251 bits too, so that nothing but the comparison with l refuses it.
    let honest = signedBy(5n, IDENTITY, 42n);
    while ((honest.s + SUBGROUP_ORDER) >> 251n !== 0n) honest = signedBy(5n, IDENTITY, 42n);
    accepts(honest);
    refuses({ ...honest, s: honest.s + SUBGROUP_ORDER }, /RangeCheck/);
    refuses({ ...honest, s: SUBGROUP_ORDER }, /RangeCheck/);
    refuses({ ...honest, s: SUBGROUP_ORDER - 1n });
    refuses({ ...honest, s: 1n << 251n }, /Num2Bits/);
  });

  test('refuses points off the curve', () => {
    const honest = signed(42n);
    const off = { x: honest.r8.x, y: reduceFr(honest.r8.y + 1n) };
    refuses({ ...honest, r8: off }, /BabyCheck/);
    refuses({ ...honest, key: off }, /BabyCheck/);
    refuses({ ...honest, key: { x: 0n, y: 0n } as Point }, /BabyCheck/);
  });

  test('refuses keys whose order divides 8, with which anybody can sign', () => {
    const order8 = pointOfOrder8();
    for (const low of [IDENTITY, ORDER_2, ORDER_4, order8, pointMultiply(order8, 3n)]) {
      const forged = signedBy(0n, low, 42n);
      refuses(forged, /Signature/);
    }
  });

  test('a key outside the subgroup does not help without its secret, nor does a nonce point outside', () => {
    for (const torsion of [ORDER_2, ORDER_4, pointOfOrder8()]) {
      const honest = signedBy(5n, IDENTITY, 42n);
      refuses({ ...honest, key: pointAdd(honest.key, torsion) });
      refuses({ ...honest, r8: pointAdd(honest.r8, torsion) });
      refuses(signedBy(5n, IDENTITY, 42n, torsion));
    }
  });

  test('refuses the trivial signature of the subgroup’s key by zero scalars', () => {
    const key = eddsaPublicKey(SECRET);
    refuses({ key, r8: IDENTITY, s: 0n, message: 42n });
    refuses({ key, r8: B8, s: 1n, message: 42n });
  });
});
