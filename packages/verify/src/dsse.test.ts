import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ed25519 } from '@noble/curves/ed25519.js';
import { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { signers } from '../test/world.ts';
import { dsseSignedBy, formatDsse, keyIdOf, parseDsse, preAuthenticationEncoding, signDsse } from './dsse.ts';

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

test('what is formatted is read back', async () => {
  const dsse = await signDsse(payload, signers.bank);
  assert.deepEqual(parseDsse(JSON.parse(JSON.stringify(formatDsse(dsse)))), dsse);
});
