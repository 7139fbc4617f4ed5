import { randomBytes } from 'node:crypto';
import type { gateway } from '@assay/client';
import { eddsaPublicKey, integerFromBytes, randomFr, stringId } from '@assay/field';
import { loadOrCreateKey } from '@assay/outbox';
import { attestMask, decodeAttribute, encodeAttributes, type Schema } from '@assay/schema';
import { type Credential, type Issuer, issueCredential, type Role } from '@assay/statements';
import type { Layout } from './layout.ts';

const ISSUER_DAYS = 3650;
const CREDENTIAL_DAYS = 90;

/** Applicants' data as an issuer has it. */
export interface IssuedApplicant {
  /** Raw text by attribute name. */
  readonly values: ReadonlyMap<string, string>;
  /** Number of the identity document that the identity issuer has seen. */
  readonly documentNumber: string;
}

/** What one applicant brings to the bank. */
export interface IssuedCredentials {
  readonly identity: Credential;
  readonly financial: Credential;
  /** The same as the gateway takes them. */
  readonly messages: { readonly identity: gateway.Credential; readonly financial: gateway.Credential };
  /** Attributes that no issuer attests. */
  readonly declared: gateway.Attribute[];
}

/** The two issuers of a deployment: their tool for signing applicants' data. */
export class IssuerTool {
  readonly #secrets: Readonly<Record<Role, Uint8Array>>;

  /** Reads the issuers' secrets, or makes them. @throws OutboxError `BAD_KEY` */
  constructor({ issuers }: Pick<Layout, 'issuers'>) {
    this.#secrets = {
      identity: loadOrCreateKey(issuers.identityKey),
      financial: loadOrCreateKey(issuers.financialKey),
    };
  }

  /** The issuers as trust lists name them, each for the slots that the schema gives its role. */
  issuers(schema: Schema): Issuer[] {
    return (['identity', 'financial'] as const).map((role) => ({
      publicKey: eddsaPublicKey(this.#secrets[role]),
      schemaId: schema.id,
      role,
      allowedMask: attestMask(schema, role),
      validFrom: today(),
      validUntil: today() + ISSUER_DAYS,
    }));
  }

  /**
   * Signs an applicant's data for one bank, under a fresh subject: what the applicant is called at another bank does not
   * follow from it.
   *
   * @throws SchemaError where the values do not fit the schema
   */
  issue({ values, documentNumber }: IssuedApplicant, schema: Schema, bank: string): IssuedCredentials {
    const attributes = encodeAttributes(schema, values);
    const common = {
      schema,
      attributes,
      audience: stringId(bank),
      subject: randomFr(),
      documentHash: documentHash(documentNumber),
      // A day is lived through at midnight too: an intake's day may be the one before.
      validFrom: today() - 1,
      validUntil: today() + CREDENTIAL_DAYS,
    };
    const sign = (role: Role): Credential =>
      issueCredential({ ...common, role, credentialId: randomCredentialId() }, this.#secrets[role]);
    const identity = sign('identity');
    const financial = sign('financial');
    return {
      identity,
      financial,
      messages: {
        identity: credentialMessage(identity, schema, attributes, values),
        financial: credentialMessage(financial, schema, attributes, values),
      },
      declared: attributesOf(schema, attributes, values, 'self'),
    };
  }
}

/** What screening lists name a document by: 248 bits of a hash of its number. */
export function documentHash(documentNumber: string): bigint {
  return stringId(`document:${documentNumber}`);
}

function credentialMessage(
  credential: Credential,
  schema: Schema,
  attributes: readonly bigint[],
  values: ReadonlyMap<string, string>,
): gateway.Credential {
  const { issuerKey, signature } = credential;
  const role = credential.mask === attestMask(schema, 'identity') ? 'identity' : 'financial';
  return {
    schemaId: String(credential.schemaId),
    attributes: attributesOf(schema, attributes, values, role),
    subject: String(credential.subject),
    documentHash: String(credential.documentHash),
    validFromDay: credential.validFrom,
    validUntilDay: credential.validUntil,
    credentialId: credential.credentialId,
    issuerKey: { x: String(issuerKey.x), y: String(issuerKey.y) },
    signature: { r8X: String(signature.r8.x), r8Y: String(signature.r8.y), s: String(signature.s) },
  };
}

/** Canonical raw values: a missing one is left out, and its flag says so. */
function attributesOf(
  schema: Schema,
  encoded: readonly bigint[],
  values: ReadonlyMap<string, string>,
  attestedBy: Role | 'self',
): gateway.Attribute[] {
  return schema.attributes
    .filter((attribute) => attribute.attestedBy === attestedBy)
    .filter(({ name, flagOf }) => flagOf !== undefined || values.has(name))
    .map((attribute) => ({ name: attribute.name, value: decodeAttribute(attribute, encoded[attribute.slot]!) }));
}

function randomCredentialId(): bigint {
  return integerFromBytes(randomBytes(8)) || randomCredentialId();
}

function today(): number {
  return Math.floor(Date.now() / 86_400_000);
}
