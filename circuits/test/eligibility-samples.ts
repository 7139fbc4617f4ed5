import { B8, eddsaPublicKey, type Fr, fr, stringId } from '@assay/field';
import { compilePolicy, type PolicyDocument } from '@assay/policy';
import { attestMask, parseSchema } from '@assay/schema';
import {
  buildTrustTrees,
  type Credential,
  type EligibilityOpening,
  type Issuer,
  issueCredential,
  type Role,
  type TrustLists,
} from '@assay/statements';

/** Slots 0 to 15 are the financial issuer's, 16 to 27 the identity issuer's, the rest nobody's. */
export const SCHEMA = parseSchema({
  name: 'eligibility',
  version: '1',
  slots: Array.from({ length: 32 }, (_, slot) => ({
    slot,
    name: `x${slot}`,
    kind: 'count',
    min: '0',
    max: '1099511627775',
    protected: false,
    attestedBy: slot < 16 ? 'financial' : slot < 28 ? 'identity' : 'self',
  })),
});

/** Signing secrets of development issuers, and of one that nobody trusts. */
export const SECRETS: Readonly<Record<Role | 'stranger', Uint8Array>> = {
  identity: new Uint8Array(32).fill(1),
  financial: new Uint8Array(32).fill(2),
  stranger: new Uint8Array(32).fill(3),
};

export const AUDIENCE = stringId('bank');
export const SCOPE = stringId('bank/product/period');
export const DOCUMENT_HASH = stringId('document');
/** Day of the intake. */
export const TODAY = 20_000;

export function issuer(role: Role, change: Partial<Issuer> = {}): Issuer {
  return {
    publicKey: eddsaPublicKey(SECRETS[role]),
    schemaId: SCHEMA.id,
    role,
    allowedMask: attestMask(SCHEMA, role),
    validFrom: TODAY - 900,
    validUntil: TODAY + 900,
    ...change,
  };
}

export const TRUST: TrustLists = {
  issuers: [issuer('identity'), issuer('financial')],
  revokedCredentials: [5n, 900n, 1_500n, (1n << 64n) - 1n],
  screenedDocuments: [DOCUMENT_HASH - 7n, DOCUMENT_HASH + 1n, stringId('other'), (1n << 248n) - 1n],
};

export const POLICY: PolicyDocument = {
  name: 'plain',
  version: '1',
  cel: 'x16 >= 18 && ((x0 - 3 * x1 > 10 && x20 in [1, 2, 5]) || x2 == 7) && !(x17 in banned)',
  sets: { banned: [3, 9] },
  requireAttested: ['x0', 'x16'],
  requireIdentity: ['x16', 'x17'],
  ordinalMax: 4,
};

/** What an intake is made of, before it is signed and put into trees. */
export interface EligibilityCase {
  readonly attributes: readonly bigint[];
  readonly policy: PolicyDocument;
  readonly trust: TrustLists;
  readonly subject: Fr;
  readonly salt: Fr;
  readonly documentHash: bigint;
  readonly credentialIds: Readonly<Record<Role, bigint>>;
  readonly validity: Readonly<Record<Role, readonly [from: number, until: number]>>;
  readonly ordinal: number;
}

/** An eligible applicant with everything in order. */
export const PLAIN_ELIGIBILITY: EligibilityCase = {
  attributes: Array.from({ length: 32 }, (_, slot) => BigInt(100 + slot))
    .with(0, 5_000n)
    .with(1, 12n)
    .with(17, 4n)
    .with(20, 5n),
  policy: POLICY,
  trust: TRUST,
  subject: B8.x,
  salt: B8.y,
  documentHash: DOCUMENT_HASH,
  credentialIds: { identity: 77n, financial: 1_000n },
  validity: { identity: [TODAY - 30, TODAY + 300], financial: [TODAY - 1, TODAY + 90] },
  ordinal: 2,
};

/** Signs, builds trees and compiles the policy. */
export function eligibilityOpening(sample: EligibilityCase): EligibilityOpening {
  const { attributes, subject, salt } = sample;
  const credential = (role: Role): Credential => {
    const [validFrom, validUntil] = sample.validity[role];
    const { documentHash, credentialIds } = sample;
    const content = { attributes, subject, documentHash, validFrom, validUntil, credentialId: credentialIds[role] };
    return issueCredential({ schema: SCHEMA, role, audience: AUDIENCE, ...content }, SECRETS[role]);
  };
  return {
    applicant: { schemaId: SCHEMA.id, attributes, subject, salt },
    credentials: { identity: credential('identity'), financial: credential('financial') },
    policy: compilePolicy(sample.policy, SCHEMA),
    trust: buildTrustTrees(sample.trust),
    audience: AUDIENCE,
    scope: fr(SCOPE),
    ordinal: sample.ordinal,
    asOf: TODAY,
  };
}
