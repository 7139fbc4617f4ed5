import assert from 'node:assert/strict';
import { before, suite, test } from 'node:test';
import { buildEddsa, type Eddsa } from 'circomlibjs';
import {
  eddsaPublicKey,
  eddsaSign,
  eddsaVerifiedChallenge,
  eddsaVerify,
  generateEddsaSecret,
  type Signature,
} from './eddsa.ts';
import { FIELD_ORDER, type Fr } from './fr.ts';
import { B8, IDENTITY, isInSubgroup, type Point, pointAdd } from './point.ts';
import { poseidon } from './poseidon.ts';
import { randomFr } from './random.ts';
import { type Scalar, SUBGROUP_ORDER } from './scalar.ts';

const ORDER_TWO: Point = { x: 0n as Fr, y: (FIELD_ORDER - 1n) as Fr };

suite('EdDSA-Poseidon', () => {
  const secret = new Uint8Array(32).fill(7);
  const message = 1234567890n;
  const publicKey = eddsaPublicKey(secret);
  const signature = eddsaSign(secret, message);
  let reference: Eddsa;
  before(async () => {
    reference = await buildEddsa();
  });

  test('makes the keys and signatures of an independent implementation', () => {
    for (const key of [secret, generateEddsaSecret(), new Uint8Array(32)]) {
      for (const signed of [0n, 1n, FIELD_ORDER - 1n, randomFr()]) {
        const toObject = (value: Uint8Array): bigint => reference.F.toObject(value);
        const [x, y] = reference.prv2pub(Buffer.from(key));
        assert.deepEqual(eddsaPublicKey(key), { x: toObject(x), y: toObject(y) });
        const { R8, S } = reference.signPoseidon(Buffer.from(key), reference.F.e(signed));
        const ours = eddsaSign(key, signed);
        assert.deepEqual(ours, { r8: { x: toObject(R8[0]), y: toObject(R8[1]) }, s: S });
        assert.ok(eddsaVerify(eddsaPublicKey(key), signed, ours));
      }
    }
  });

  test('has keys in the subgroup', () => {
    assert.ok(isInSubgroup(publicKey));
    assert.notDeepEqual(publicKey, IDENTITY);
  });

  test('refuses another message, key or signature', () => {
    assert.ok(!eddsaVerify(publicKey, message + 1n, signature));
    assert.ok(!eddsaVerify(eddsaPublicKey(new Uint8Array(32).fill(8)), message, signature));
    assert.ok(!eddsaVerify(publicKey, message, { ...signature, s: (signature.s ^ 1n) as Scalar }));
    assert.ok(!eddsaVerify(publicKey, message, { ...signature, r8: pointAdd(signature.r8, B8) }));
  });

  test('refuses the second encodings of a signature and a message', () => {
    assert.ok(!eddsaVerify(publicKey, message, { ...signature, s: (signature.s + SUBGROUP_ORDER) as Scalar }));
    assert.ok(!eddsaVerify(publicKey, message + FIELD_ORDER, signature));
    assert.ok(!eddsaVerify(publicKey, message - FIELD_ORDER, signature));
    assert.ok(!eddsaVerify(publicKey, message, { ...signature, s: -1n as Scalar }));
  });

  test('refuses points of low order, off the curve, and the identity as a key', () => {
    assert.ok(!eddsaVerify(pointAdd(publicKey, ORDER_TWO), message, signature));
    assert.ok(!eddsaVerify(publicKey, message, { ...signature, r8: pointAdd(signature.r8, ORDER_TWO) }));
    assert.ok(!eddsaVerify({ x: 1n as Fr, y: 2n as Fr }, message, signature));
    // With the identity as key, anybody's R8 = s*B8 would satisfy the equation.
    const forged: Signature = { r8: B8, s: 1n as Scalar };
    assert.ok(!eddsaVerify(IDENTITY, message, forged));
  });

  test('tells the signers of many keys apart, however often each comes', () => {
    const secrets = Array.from({ length: 40 }, (_, i) => new Uint8Array(32).fill(i + 1));
    const keys = secrets.map(eddsaPublicKey);
    const signatures = secrets.map((own) => eddsaSign(own, message));
    for (const _ of [1, 2]) {
      for (const [i, key] of keys.entries()) {
        assert.ok(eddsaVerify(key, message, signatures[i]!));
        assert.ok(!eddsaVerify(key, message, signatures[(i + 1) % keys.length]!));
      }
    }
    assert.ok(!eddsaVerify({ ...keys[0]!, x: (keys[0]!.x + FIELD_ORDER) as Fr }, message, signatures[0]!));
  });

  test('gives the challenge of a signature that it takes, and of no other', () => {
    const { r8 } = signature;
    const expected = poseidon([r8.x, r8.y, publicKey.x, publicKey.y, message]);
    assert.equal(eddsaVerifiedChallenge(publicKey, message, signature), expected);
    assert.equal(eddsaVerifiedChallenge(publicKey, message + 1n, signature), undefined);
  });

  test('takes secrets of 32 bytes and canonical messages', () => {
    assert.throws(() => eddsaPublicKey(new Uint8Array(31)), { code: 'WRONG_LENGTH' });
    assert.throws(() => eddsaSign(new Uint8Array(33), message), { code: 'WRONG_LENGTH' });
    assert.throws(() => eddsaSign(secret, FIELD_ORDER), { code: 'NOT_CANONICAL' });
  });
});
