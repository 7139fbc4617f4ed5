import { fr, scalar } from '@assay/field';
import type { ApplicantOpening, Credential, Role } from '@assay/statements';

/** Everything that is kept of an applicant: what opens its commitments, and the credentials behind it. All of it is secret. */
export interface ApplicationOpening {
  readonly applicant: ApplicantOpening;
  readonly credentials: Readonly<Record<Role, Credential>>;
  readonly ordinal: number;
}

type Json = string | number | Json[] | { [name: string]: Json };

/** The bytes of an opening as they are sealed into its cell. */
export function encodeOpening({ applicant, credentials, ordinal }: ApplicationOpening): Uint8Array {
  const json: Json = {
    schemaId: String(applicant.schemaId),
    attributes: applicant.attributes.map(String),
    subject: String(applicant.subject),
    salt: String(applicant.salt),
    ordinal,
    identity: credentialJson(credentials.identity),
    financial: credentialJson(credentials.financial),
  };
  return new TextEncoder().encode(JSON.stringify(json));
}

/** Reads them back. They come out of an authenticated cell, so they are what was written. */
export function decodeOpening(bytes: Uint8Array): ApplicationOpening {
  const json = JSON.parse(new TextDecoder().decode(bytes)) as {
    schemaId: string;
    attributes: string[];
    subject: string;
    salt: string;
    ordinal: number;
    identity: CredentialJson;
    financial: CredentialJson;
  };
  const applicant = {
    schemaId: BigInt(json.schemaId),
    attributes: json.attributes.map(BigInt),
    subject: BigInt(json.subject),
    salt: BigInt(json.salt),
  };
  const credentials = {
    identity: readCredential(json.identity, applicant),
    financial: readCredential(json.financial, applicant),
  };
  return { applicant, credentials, ordinal: json.ordinal };
}

interface CredentialJson {
  audience: string;
  mask: string;
  attributes: string[];
  documentHash: string;
  validFrom: number;
  validUntil: number;
  credentialId: string;
  issuerKey: [string, string];
  signature: [string, string, string];
}

function credentialJson(credential: Credential): Json {
  const { audience, mask, attributes, documentHash, validFrom, validUntil, credentialId, issuerKey, signature } =
    credential;
  return {
    audience: String(audience),
    mask: String(mask),
    attributes: attributes.map(String),
    documentHash: String(documentHash),
    validFrom,
    validUntil,
    credentialId: String(credentialId),
    issuerKey: [issuerKey.x, issuerKey.y].map(String),
    signature: [signature.r8.x, signature.r8.y, signature.s].map(String),
  };
}

function readCredential(json: CredentialJson, { schemaId, subject }: ApplicantOpening): Credential {
  const [x, y] = json.issuerKey.map((coordinate) => fr(BigInt(coordinate)));
  const [r8x, r8y, s] = json.signature.map(BigInt);
  return {
    schemaId,
    subject,
    audience: BigInt(json.audience),
    mask: BigInt(json.mask),
    attributes: json.attributes.map(BigInt),
    documentHash: BigInt(json.documentHash),
    validFrom: json.validFrom,
    validUntil: json.validUntil,
    credentialId: BigInt(json.credentialId),
    issuerKey: { x: x!, y: y! },
    signature: { r8: { x: fr(r8x!), y: fr(r8y!) }, s: scalar(s!) },
  };
}
