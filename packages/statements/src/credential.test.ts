import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { eddsaPublicKey, FIELD_ORDER, fr, IDENTITY, poseidon, SUBGROUP_ORDER, stringId, tag } from '@assay/field';
import { attestMask, parseSchema } from '@assay/schema';
import { packAttributes } from './commitments.ts';
import { type CredentialRequest, credentialMessage, isSigned, issueCredential } from './credential.ts';
import { isProvable } from './signature-range.ts';

const SECRET = new Uint8Array(32).fill(5);
const SCHEMA = parseSchema({
  name: 'credential',
  version: '1',
  slots: (['identity', 'financial', 'financial', 'self'] as const).map((attestedBy, k) => ({
    slot: 8 * k,
    name: `x${k}`,
    kind: 'count',
    min: '0',
    max: '1000000',
    protected: false,
    attestedBy,
  })),
});
const REQUEST: CredentialRequest = {
  schema: SCHEMA,
  role: 'financial',
  audience: stringId('bank'),
  attributes: Array.from({ length: 32 }, (_, slot) => BigInt(slot + 1)),
  subject: fr(99n),
  documentHash: stringId('passport'),
  validFrom: 20_000,
  validUntil: 20_365,
  credentialId: 12n,
};

suite('credentials', () => {
  test('attest the slots of their issuer’s role and leave out the others', () => {
    const credential = issueCredential(REQUEST, SECRET);
    assert.equal(credential.mask, attestMask(SCHEMA, 'financial'));
    assert.deepEqual(
      credential.attributes.flatMap((x, slot) => (x === 0n ? [] : [slot])),
      [8, 16],
    );
    assert.deepEqual(credential.issuerKey, eddsaPublicKey(SECRET));
    assert.equal(isSigned(credential), true);
  });

  test('sign the message of the specification', () => {
    const credential = issueCredential(REQUEST, SECRET);
    const masked = REQUEST.attributes.map((x, slot) => (slot === 8 || slot === 16 ? x : 0n));
    assert.equal(
      credentialMessage(credential),
      poseidon([
        tag('credential'),
        SCHEMA.id,
        stringId('bank'),
        (1n << 8n) + (1n << 16n),
        ...packAttributes(masked),
        99n,
        stringId('passport'),
        20_000n,
        20_365n,
        12n,
      ]),
    );
  });

  test('are refused when anything that was signed is changed', () => {
    const credential = issueCredential(REQUEST, SECRET);
    for (const change of [
      { schemaId: credential.schemaId + 1n },
      { audience: credential.audience + 1n },
      { mask: credential.mask | 1n },
      { attributes: credential.attributes.with(8, 8n) },
      { subject: 98n },
      { documentHash: credential.documentHash + 1n },
      { validFrom: 19_999 },
      { validUntil: 20_366 },
      { credentialId: 13n },
      { issuerKey: eddsaPublicKey(new Uint8Array(32).fill(6)) },
      { issuerKey: IDENTITY },
      { signature: { ...credential.signature, s: (credential.signature.s + 1n) as typeof credential.signature.s } },
    ]) {
      assert.equal(isSigned({ ...credential, ...change }), false, Object.keys(change)[0]);
    }
  });

  test('keep what is not attested out of the signature', () => {
    const credential = issueCredential(REQUEST, SECRET);
    assert.equal(isSigned({ ...credential, attributes: credential.attributes.with(31, 4n) }), true);
  });

  test('are not issued with numbers that the circuit has no room for', () => {
    for (const [field, change] of [
      ['documentHash', { documentHash: 1n << 248n }],
      ['documentHash', { documentHash: 0n }],
      ['validFrom', { validFrom: -1 }],
      ['validUntil', { validUntil: 1 << 20 }],
      ['validUntil', { validUntil: 19_999 }],
      ['credentialId', { credentialId: 0n }],
      ['credentialId', { credentialId: 1n << 64n }],
      ['attributes', { attributes: [] }],
      ['attributes[8]', { attributes: REQUEST.attributes.with(8, 1n << 40n) }],
    ] as const) {
      assert.throws(() => issueCredential({ ...REQUEST, ...change }, SECRET), { code: 'out-of-range', field });
    }
  });

  test('the circuit takes scalars and challenges that keep clear of their limits', () => {
    const margin = 1n << 190n;
    assert.equal(isProvable(0n, margin), true);
    assert.equal(isProvable(SUBGROUP_ORDER - margin, FIELD_ORDER - 2n * margin), true);
    assert.equal(isProvable(SUBGROUP_ORDER - 1n, margin), false);
    assert.equal(isProvable(0n, 0n), false);
    assert.equal(isProvable(0n, FIELD_ORDER - 1n), false);
  });
});
