import assert from 'node:assert/strict';
import { test } from 'node:test';
import { intake, signers } from '../test/world.ts';
import { type Dsse, dsseSignedBy, type SignatureCheck } from './dsse.ts';
import { TriedSignatures } from './tried-signatures.ts';

const bank = signers.bank.publicKey;
const stranger = signers.stranger.publicKey;

/** The portable check, which notes what it is asked, and can be tried. */
function noting(): { readonly check: SignatureCheck; readonly asked: Dsse[] } {
  const asked: Dsse[] = [];
  const isSignedBy = (dsse: Dsse, publicKey: Uint8Array): boolean => {
    asked.push(dsse);
    return dsseSignedBy(dsse, publicKey);
  };
  const trial = async (dsse: Dsse, publicKey: Uint8Array) => dsseSignedBy(dsse, publicKey);
  return { check: Object.assign(isSignedBy, { trial }), asked };
}

test('a signature that was tried and holds is not checked again, for its key alone', async () => {
  const { check, asked } = noting();
  const tried = new TriedSignatures(check);
  const envelope = await intake(1);
  await tried.try([envelope], () => [stranger, bank]);
  assert.ok(tried.isSignedBy(envelope.dsse, bank));
  assert.deepEqual(asked, []);
  assert.ok(!tried.isSignedBy(envelope.dsse, stranger));
  assert.deepEqual(asked, [envelope.dsse]);
});

test('what was tried and does not hold is refused by the check', async () => {
  const { check, asked } = noting();
  const tried = new TriedSignatures(check);
  const envelope = await intake(1);
  const dsse = { ...envelope.dsse, signature: envelope.dsse.signature.map((byte, at) => (at === 3 ? byte ^ 1 : byte)) };
  await tried.try([{ ...envelope, dsse }], () => [bank]);
  assert.ok(!tried.isSignedBy(dsse, bank));
  assert.deepEqual(asked, [dsse]);
  // The envelope that it was made of is another one.
  assert.ok(tried.isSignedBy(envelope.dsse, bank));
  assert.equal(asked.length, 2);
});

test('a signature is checked in its turn where its key was not known before, or the check cannot be tried', async () => {
  const envelope = await intake(1);
  const { check, asked } = noting();
  const unknown = new TriedSignatures(check);
  await unknown.try([envelope], () => undefined);
  assert.ok(unknown.isSignedBy(envelope.dsse, bank));
  assert.deepEqual(asked, [envelope.dsse]);
  const portable = new TriedSignatures(dsseSignedBy);
  await portable.try([envelope], () => [bank]);
  assert.ok(portable.isSignedBy(envelope.dsse, bank));
});
