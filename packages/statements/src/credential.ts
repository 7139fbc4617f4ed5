import {
  eddsaPublicKey,
  eddsaSign,
  eddsaVerifiedChallenge,
  type Fr,
  type Point,
  poseidon,
  type Signature,
  tag,
} from '@assay/field';
import { attestMask, type Schema } from '@assay/schema';
import { packAttributes } from './commitments.ts';
import { StatementError } from './error.ts';
import type { Role } from './issuer.ts';
import { isProvable } from './signature-range.ts';

const DAY_LIMIT = 1 << 20;

/** What an issuer signs. All but schema, audience and days is personal data or a secret. */
export interface CredentialContent {
  readonly schemaId: bigint;
  /** `stringId` of the bank that it is for. */
  readonly audience: bigint;
  /** Attested slots, 32 bits. */
  readonly mask: bigint;
  /** 32 encoded attributes; only those in the mask are signed. */
  readonly attributes: readonly bigint[];
  /** The secret that the identity issuer gave the applicant for this bank. */
  readonly subject: bigint;
  /** Hash of the identity document, below 2^248 and not 0. */
  readonly documentHash: bigint;
  /** Days since 1970-01-01, below 2^20; both inclusive. */
  readonly validFrom: number;
  readonly validUntil: number;
  /** The issuer's number for this credential, in [1, 2^64). */
  readonly credentialId: bigint;
}

/** Attributes that an issuer vouches for, with its signature. */
export interface Credential extends CredentialContent {
  readonly issuerKey: Point;
  readonly signature: Signature;
}

/** What the issuer's tool needs for one credential. */
export interface CredentialRequest extends Omit<CredentialContent, 'schemaId' | 'mask'> {
  readonly schema: Schema;
  /** The issuer's role: it attests the slots that the schema gives this role. */
  readonly role: Role;
}

/**
 * Signs an applicant's attributes, as an issuer does. Attributes outside the role's slots are left out of the credential.
 *
 * @param issuerSecret the issuer's 32-byte signing secret
 * @throws StatementError `out-of-range` naming the field; `signature-refused` once in about 2^62 signatures, which the
 * circuit would refuse: sign again with another `credentialId`
 */
export function issueCredential(request: CredentialRequest, issuerSecret: Uint8Array): Credential {
  const { schema, role, attributes, ...rest } = request;
  const mask = attestMask(schema, role);
  const content = { ...rest, schemaId: schema.id, mask, attributes: underMask(attributes, mask) };
  const signature = eddsaSign(issuerSecret, credentialMessage(content));
  const credential = { ...content, issuerKey: eddsaPublicKey(issuerSecret), signature };
  if (!isSigned(credential)) {
    throw new StatementError('signature-refused', 'signature', 'no circuit takes it: choose another credentialId');
  }
  return credential;
}

/** Whether a credential carries its issuer's signature, in the form that the circuit takes. */
export function isSigned(credential: Credential): boolean {
  const message = credentialMessage(credential);
  const { issuerKey, signature } = credential;
  const challenge = eddsaVerifiedChallenge(issuerKey, message, signature);
  return challenge !== undefined && isProvable(signature.s, challenge);
}

/**
 * Whether credentials are what their issuers signed.
 *
 * @throws StatementError `signature-refused` naming the credential; `out-of-range` naming the field
 */
export function checkSignatures(credentials: Readonly<Record<Role, Credential>>): void {
  for (const role of ['identity', 'financial'] as const) {
    if (!isSigned(credentials[role])) throw new StatementError('signature-refused', role, 'not signed by its issuer');
  }
}

/**
 * `message` of docs/spec/statements.md, section 3.
 *
 * @throws StatementError `out-of-range` naming the field
 */
export function credentialMessage(content: CredentialContent): Fr {
  checkRanges(content);
  const { mask, validFrom, validUntil, credentialId, documentHash } = content;
  return poseidon([
    tag('credential'),
    content.schemaId,
    content.audience,
    mask,
    ...packAttributes(underMask(content.attributes, mask)),
    content.subject,
    documentHash,
    BigInt(validFrom),
    BigInt(validUntil),
    credentialId,
  ]);
}

/** Whether each field is one that a credential can have. @throws StatementError `out-of-range` naming the field */
export function checkRanges({ mask, validFrom, validUntil, credentialId, documentHash }: CredentialContent): void {
  inRange('mask', mask >= 0n && mask >> 32n === 0n);
  inRange('documentHash', documentHash > 0n && documentHash >> 248n === 0n);
  inRange('validFrom', Number.isInteger(validFrom) && validFrom >= 0 && validFrom < DAY_LIMIT);
  inRange('validUntil', Number.isInteger(validUntil) && validUntil >= validFrom && validUntil < DAY_LIMIT);
  inRange('credentialId', credentialId > 0n && credentialId >> 64n === 0n);
}

function underMask(attributes: readonly bigint[], mask: bigint): bigint[] {
  return attributes.map((value, slot) => ((mask >> BigInt(slot)) & 1n) * value);
}

function inRange(field: string, holds: boolean): void {
  if (!holds) throw new StatementError('out-of-range', field, 'outside the range of a credential');
}
