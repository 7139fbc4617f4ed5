import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeVerifierKey } from '@assay/tlog';
import { BANK, jsonBytes, ORIGIN, signers, trustJson } from '../test/world.ts';
import { VerifyError } from './error.ts';
import { parseTrust } from './trust.ts';

const json = trustJson() as ReturnType<typeof trustJson> & {
  log: Record<string, string>;
  authorities: Record<string, unknown>;
};
const ORIGINAL = 'regulator.example/log';
const ceremony = {
  keyClass: 'ceremony',
  log: { origin: ORIGINAL, verifierKey: encodeVerifierKey({ name: ORIGINAL, publicKey: signers.log.publicKey }) },
};

test('a trust configuration is read with its keys and their hashes', () => {
  const trust = parseTrust(jsonBytes(json));
  assert.equal(trust.log.origin, ORIGIN);
  assert.deepEqual(trust.validators.get(BANK), [signers.validator.publicKey]);
  assert.deepEqual(trust.authorities.slot, [signers.regulator.publicKey]);
  assert.match(trust.verificationKeys.get('fairness')!.hash, /^[0-9a-f]{64}$/);
});

test('keys of a ceremony go with an origin of its own', () => {
  assert.equal(parseTrust(jsonBytes({ ...json, ...ceremony })).keyClass, 'ceremony');
});

const { scope: _, ...withoutScope } = json.authorities;
const BAD: Readonly<Record<string, unknown>> = {
  'another format': { ...json, format: 'assay-trust-v2' },
  'an unknown member': { ...json, note: '' },
  'an unknown class of keys': { ...json, keyClass: 'borrowed' },
  'development keys under an origin that does not say so': { ...json, ...ceremony, keyClass: 'development' },
  'keys of a ceremony under an origin that says demo': { ...json, keyClass: 'ceremony' },
  'a log key of another origin': { ...json, log: { ...json.log, origin: `${ORIGIN}-2` } },
  'an origin that the key name only begins with': { ...json, log: { ...json.log, origin: 'INSECURE-DEMO/verify' } },
  'a kind without authority': { ...json, authorities: withoutScope },
  'a kind with no key': { ...json, authorities: { ...json.authorities, scope: [] } },
  'an authority for what is no kind': { ...json, authorities: { ...json.authorities, holiday: ['AAAA'] } },
  'an authority for models beside the validators': { ...json, authorities: { ...json.authorities, model: ['AAAA'] } },
  'a key of another length': { ...json, authorities: { ...json.authorities, scope: ['AAAA'] } },
  'a validator of what is no bank': { ...json, validators: { Acme: json.authorities.scope } },
  'a bank without a validator key': { ...json, validators: { [BANK]: [] } },
  'a verification key that is none': { ...json, verificationKeys: { fairness: {} } },
  'a verification key of an unknown circuit': { ...json, verificationKeys: { x: json.verificationKeys.fairness } },
  'a verification key of another statement': {
    ...json,
    verificationKeys: { fairness: json.verificationKeys.eligibility },
  },
};

for (const [what, changed] of Object.entries(BAD)) {
  test(`a trust configuration is refused: ${what}`, () => {
    assert.throws(() => parseTrust(jsonBytes(changed)), VerifyError);
  });
}
