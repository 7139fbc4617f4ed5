import assert from 'node:assert/strict';
import { createPublicKey, verify } from 'node:crypto';
import { test } from 'node:test';
import { type Ed25519Check, ed25519Trial, soonerEd25519 } from '@assay/tlog';
import { ed25519 } from '@noble/curves/ed25519.js';
import { sha512 } from '@noble/hashes/sha2.js';
import { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { signers } from '../test/world.ts';
import {
  type Dsse,
  dsseSignedBy,
  formatDsse,
  keyIdOf,
  parseDsse,
  preAuthenticationEncoding,
  signatureCheck,
  signDsse,
} from './dsse.ts';

const payload = utf8ToBytes('{"a":1}');

test('the pre-authentication encoding is that of the published example (DSSE v1, protocol.md)', () => {
  const encoded = preAuthenticationEncoding(utf8ToBytes('hello world'), 'http://example.com/HelloWorld');
  assert.equal(new TextDecoder().decode(encoded), 'DSSEv1 29 http://example.com/HelloWorld 11 hello world');
});

test('lengths in the encoding count bytes, of type and payload', () => {
  const encoded = preAuthenticationEncoding(utf8ToBytes('é'), 'ü');
  assert.equal(new TextDecoder().decode(encoded), 'DSSEv1 2 ü 2 é');
});

test('a signature holds for its key, payload and key id alone', async () => {
  const dsse = await signDsse(payload, signers.bank);
  assert.ok(dsseSignedBy(dsse, signers.bank.publicKey));
  assert.ok(!dsseSignedBy(dsse, signers.stranger.publicKey));
  assert.ok(!dsseSignedBy({ ...dsse, payload: utf8ToBytes('{"a":2}') }, signers.bank.publicKey));
  assert.ok(!dsseSignedBy({ ...dsse, keyId: keyIdOf(signers.stranger.publicKey) }, signers.bank.publicKey));
});

test('a signature over the payload alone, without its type, is none', async () => {
  const dsse = await signDsse(payload, signers.bank);
  assert.ok(!dsseSignedBy({ ...dsse, signature: await signers.bank.sign(payload) }, signers.bank.publicKey));
});

test('the second encoding of a signature, S + l, is refused', async () => {
  const dsse = await signDsse(payload, signers.bank);
  const s = BigInt(`0x${bytesToHex(dsse.signature.slice(32).reverse())}`) + ed25519.Point.Fn.ORDER;
  const malleated = concatBytes(dsse.signature.slice(0, 32), hexToBytes(s.toString(16).padStart(64, '0')).reverse());
  assert.ok(!dsseSignedBy({ ...dsse, signature: malleated }, signers.bank.publicKey));
});

const openssl: Ed25519Check = (signature, message, publicKey) => {
  const x = Buffer.from(publicKey).toString('base64url');
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  return verify(null, message, key, signature);
};
const native = signatureCheck(
  soonerEd25519(openssl),
  ed25519Trial(async (...given) => openssl(...given)),
);

test('with a native check before it, the answer is the same for every signature and key', async () => {
  const dsse = await signDsse(payload, signers.bank);
  const { Point } = ed25519;
  const l = Point.Fn.ORDER;
  const scalarBytes = (s: bigint): Uint8Array => hexToBytes(s.toString(16).padStart(64, '0')).reverse();
  const low = Point.fromBytes(hexToBytes('c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a'));
  const challenge = (r: Uint8Array, key: Uint8Array): bigint => {
    const hash = sha512(concatBytes(r, key, preAuthenticationEncoding(payload)));
    return BigInt(`0x${bytesToHex(hash.reverse())}`) % l;
  };
  // A key of mixed order signs so that eight times the equation holds, and the equation itself does not.
  const mixedKey = Point.BASE.multiply(5n).add(low).toBytes();
  const r = Point.BASE.multiply(7n).add(low).toBytes();
  const mixed = concatBytes(r, scalarBytes((7n + 5n * challenge(r, mixedKey)) % l));
  const smallKey = low.toBytes();
  const forged = concatBytes(Point.BASE.toBytes(), scalarBytes(1n));
  const one = Uint8Array.from({ length: 32 }, (_, i) => Number(i === 0));
  const secondOne = hexToBytes('eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f');
  const cases: [Uint8Array, Uint8Array][] = [
    [dsse.signature, signers.bank.publicKey],
    [mixed, mixedKey],
    [forged, smallKey],
    [forged, one],
    [forged, secondOne],
    [concatBytes(secondOne, new Uint8Array(32)), signers.bank.publicKey],
    [dsse.signature.map((byte, i) => (i === 40 ? byte ^ 1 : byte)), signers.bank.publicKey],
    [dsse.signature, new Uint8Array(32).fill(255)],
  ];
  const answers = cases.map(([signature, publicKey]) => {
    const signed: Dsse = { payload, keyId: keyIdOf(publicKey), signature };
    assert.equal(native(signed, publicKey), dsseSignedBy(signed, publicKey));
    return native(signed, publicKey);
  });
  assert.deepEqual(answers.slice(0, 3), [true, true, false]);
  // A trial may leave what is unusual to the check, as here the key of mixed order, but accepts nothing that it refuses.
  const tried = await Promise.all(
    cases.map(([signature, publicKey]) => native.trial!({ payload, keyId: keyIdOf(publicKey), signature }, publicKey)),
  );
  assert.deepEqual(tried, [true, ...Array(cases.length - 1).fill(false)]);
  assert.equal(await native.trial!({ ...dsse, keyId: keyIdOf(mixedKey) }, signers.bank.publicKey), false);
  assert.ok(!native({ ...dsse, keyId: keyIdOf(signers.stranger.publicKey) }, signers.bank.publicKey));
});

test('what is formatted is read back', async () => {
  const dsse = await signDsse(payload, signers.bank);
  assert.deepEqual(parseDsse(JSON.parse(JSON.stringify(formatDsse(dsse)))), dsse);
});
