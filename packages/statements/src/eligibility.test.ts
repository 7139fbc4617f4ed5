import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { eddsaPublicKey, fr, stringId } from '@assay/field';
import { compilePolicy } from '@assay/policy';
import { attestMask, parseSchema } from '@assay/schema';
import { applicantCommitment, credentialNullifier, eligibilityCommitment, nullifier } from './commitments.ts';
import { checkSignatures, issueCredential } from './credential.ts';
import { type EligibilityOpening, eligibilityClaim } from './eligibility.ts';
import type { StatementErrorCode } from './error.ts';
import type { Issuer, Role } from './issuer.ts';
import { buildTrustTrees, type TrustLists } from './trust-lists.ts';

const TODAY = 20_000;
const SECRETS = { identity: new Uint8Array(32).fill(1), financial: new Uint8Array(32).fill(2) };
const AUDIENCE = stringId('bank');
const DOCUMENT = stringId('passport');
const SCHEMA = parseSchema({
  name: 'eligibility',
  version: '1',
  slots: [
    { slot: 0, name: 'age', kind: 'count', min: '18', max: '120', protected: true, attestedBy: 'identity' },
    {
      slot: 7,
      name: 'income',
      kind: 'amount',
      digits: 2,
      min: '0',
      max: '1000000',
      protected: false,
      attestedBy: 'financial',
    },
    { slot: 31, name: 'purpose', kind: 'count', min: '0', max: '9', protected: false, attestedBy: 'self' },
  ],
});
const SALT = fr(1234n);
const SUBJECT = fr(99n);
const ADULT = new Array<bigint>(32).fill(0n).with(0, 3n).with(7, 500_000n).with(31, 4n);

function issuer(role: Role, change: Partial<Issuer> = {}): Issuer {
  const publicKey = eddsaPublicKey(SECRETS[role]);
  const allowedMask = attestMask(SCHEMA, role);
  return { publicKey, schemaId: SCHEMA.id, role, allowedMask, validFrom: TODAY - 9, validUntil: TODAY + 9, ...change };
}

const LISTS: TrustLists = {
  issuers: [issuer('identity'), issuer('financial')],
  revokedCredentials: [41n],
  screenedDocuments: [stringId('somebody else’s')],
};

function credential(role: Role, change: object = {}) {
  const validity = { validFrom: TODAY, validUntil: TODAY + 30 };
  const request = { audience: AUDIENCE, attributes: ADULT, subject: SUBJECT, documentHash: DOCUMENT, ...validity };
  const credentialId = role === 'identity' ? 40n : 42n;
  return issueCredential({ schema: SCHEMA, role, ...request, credentialId, ...change }, SECRETS[role]);
}

const POLICY = {
  name: 'p',
  version: '1',
  cel: 'age >= 21 && income > 300000',
  requireAttested: ['age', 'income'],
  requireIdentity: ['age'],
  ordinalMax: 2,
};
const OPENING: EligibilityOpening = {
  applicant: { schemaId: SCHEMA.id, attributes: ADULT, subject: SUBJECT, salt: SALT },
  credentials: { identity: credential('identity'), financial: credential('financial') },
  policy: compilePolicy(POLICY, SCHEMA),
  trust: buildTrustTrees(LISTS),
  audience: AUDIENCE,
  scope: stringId('bank/loan/2026'),
  ordinal: 1,
  asOf: TODAY,
};

function refuses(change: Partial<EligibilityOpening>, code: StatementErrorCode): void {
  assert.throws(() => eligibilityClaim({ ...OPENING, ...change }), { code });
}

function withCredential(role: Role, change: object): Partial<EligibilityOpening> {
  return { credentials: { ...OPENING.credentials, [role]: credential(role, change) } };
}

function withLists(change: Partial<TrustLists>): Partial<EligibilityOpening> {
  return { trust: buildTrustTrees({ ...LISTS, ...change }) };
}

suite('the claim of an intake', () => {
  test('has the public signals of the specification', () => {
    const { signals, eligible, circuit } = eligibilityClaim(OPENING);
    assert.equal(circuit, 'eligibility');
    assert.equal(eligible, true);
    assert.deepEqual(signals, {
      applicantCommitment: applicantCommitment(OPENING.applicant),
      eligibilityCommitment: eligibilityCommitment(true, SUBJECT, SALT),
      nullifier: nullifier(SUBJECT, OPENING.scope, 1n),
      credentialNullifier: credentialNullifier(42n, SUBJECT),
      scope: OPENING.scope,
      audience: AUDIENCE,
      ordinal: 1n,
      policyHash: OPENING.policy.policyHash,
      issuerRoot: OPENING.trust.issuers.root,
      revocationRoot: OPENING.trust.revocation.root,
      screeningRoot: OPENING.trust.screening.root,
      asOf: BigInt(TODAY),
    });
  });

  test('commits to the policy’s value and to the screening list, whatever the bank would like', () => {
    const young = { ...OPENING.applicant, attributes: ADULT.with(0, 2n) };
    const credentials = { identity: credential('identity', young), financial: OPENING.credentials.financial };
    assert.equal(eligibilityClaim({ ...OPENING, applicant: young, credentials }).eligible, false);
    assert.equal(eligibilityClaim({ ...OPENING, ...withLists({ screenedDocuments: [DOCUMENT] }) }).eligible, false);
  });

  test('takes attributes that nobody attests as they are', () => {
    const applicant = { ...OPENING.applicant, attributes: ADULT.with(31, 5n) };
    assert.equal(eligibilityClaim({ ...OPENING, applicant }).eligible, true);
  });

  test('is refused for credentials that do not belong to this applicant, bank and document', () => {
    for (const role of ['identity', 'financial'] as const) {
      refuses(withCredential(role, { subject: fr(98n) }), 'credential-mismatch');
      refuses(withCredential(role, { audience: stringId('other bank') }), 'credential-mismatch');
      refuses(withCredential(role, { attributes: ADULT.with(0, 4n).with(7, 1n) }), 'credential-mismatch');
    }
    refuses(withCredential('financial', { documentHash: stringId('other') }), 'credential-mismatch');
    const other = parseSchema({ ...SCHEMA.document, version: '2' });
    refuses({ policy: compilePolicy(POLICY, other) }, 'credential-mismatch');
    refuses({ applicant: { ...OPENING.applicant, schemaId: other.id } }, 'credential-mismatch');
  });

  test('leaves signatures to the circuit, and the one that is wrong can be named', () => {
    const { identity, financial } = OPENING.credentials;
    const swapped = { identity, financial: { ...financial, signature: identity.signature } };
    assert.equal(eligibilityClaim({ ...OPENING, credentials: swapped }).eligible, true);
    checkSignatures(OPENING.credentials);
    assert.throws(() => checkSignatures(swapped), { code: 'signature-refused', field: 'financial' });
  });

  test('is refused for fields, issuers, days and lists that no proof can show', () => {
    const { identity, financial } = OPENING.credentials;
    refuses({ credentials: { identity: { ...identity, credentialId: 0n }, financial } }, 'out-of-range');
    refuses(withLists({ issuers: [issuer('identity')] }), 'issuer-not-trusted');
    const both = issuer('financial', { role: 'identity', publicKey: identity.issuerKey });
    refuses(withLists({ issuers: [both, issuer('financial')] }), 'issuer-not-trusted');
    refuses(withLists({ issuers: [issuer('identity', { schemaId: 1n }), issuer('financial')] }), 'issuer-not-trusted');
    refuses(
      withLists({ issuers: [issuer('identity', { validUntil: TODAY - 1 }), issuer('financial')] }),
      'not-in-force',
    );
    refuses({ asOf: TODAY - 1 }, 'not-in-force');
    refuses(withCredential('financial', { validFrom: TODAY + 1 }), 'not-in-force');
    refuses(withLists({ revokedCredentials: [42n] }), 'revoked');
  });

  test('finds the issuer’s leaf that is in force among several', () => {
    const old = issuer('identity', { validUntil: TODAY - 1 });
    const narrow = issuer('identity', { allowedMask: 0n });
    const change = withLists({ issuers: [old, narrow, issuer('financial'), issuer('identity')] });
    assert.equal(eligibilityClaim({ ...OPENING, ...change }).eligible, true);
  });

  test('is refused for slots that are not attested and ordinals beyond the policy’s', () => {
    refuses({ policy: compilePolicy({ ...POLICY, requireAttested: ['purpose'] }, SCHEMA) }, 'not-attested');
    refuses({ policy: compilePolicy({ ...POLICY, requireIdentity: ['income'] }, SCHEMA) }, 'not-attested');
    for (const ordinal of [3, -1, 0.5]) refuses({ ordinal }, 'ordinal-exceeded');
  });

  test('no error holds a value of the applicant', () => {
    const secret = 987_654_321n;
    const change = withCredential('financial', { attributes: ADULT.with(7, secret) });
    assert.throws(
      () => eligibilityClaim({ ...OPENING, ...change }),
      (error: Error) => !`${error.stack}${JSON.stringify(error)}`.includes(String(secret)),
    );
  });
});

suite('trust lists', () => {
  test('hold at least one issuer, at most 64, and credential ids of 64 bits', () => {
    const refusesLists = (change: Partial<TrustLists>, expected: object): void =>
      assert.throws(() => buildTrustTrees({ ...LISTS, ...change }), expected);
    refusesLists({ issuers: [] }, { code: 'out-of-range' });
    refusesLists({ issuers: new Array(65).fill(issuer('identity')) }, { code: 'out-of-range' });
    refusesLists({ revokedCredentials: [1n << 64n] }, { code: 'out-of-range' });
    refusesLists({ screenedDocuments: [3n, 3n] }, { code: 'INVALID_SET' });
  });
});
