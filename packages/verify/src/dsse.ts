import { type Ed25519Check, type Ed25519Trial, sha256Hex, strictEd25519 } from '@assay/tlog';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { VerifyError } from './error.ts';
import { asObject, decodeBase64, encodeBase64, type JsonObject, onlyMembers, stringMember } from './json.ts';

/** The only payload type that envelopes carry. */
export const PAYLOAD_TYPE = 'application/vnd.in-toto+json';

/** A DSSE envelope with exactly one signature. `payload` are the signed bytes. */
export interface Dsse {
  readonly payload: Uint8Array;
  readonly keyId: string;
  readonly signature: Uint8Array;
}

/** Signs bytes with Ed25519. A file today; a KMS or an HSM behind the same two members later. */
export interface Signer {
  /** Raw 32-byte public key. */
  readonly publicKey: Uint8Array;
  sign(message: Uint8Array): Promise<Uint8Array>;
}

/** Key id of a raw Ed25519 public key: hex SHA-256. */
export function keyIdOf(publicKey: Uint8Array): string {
  return sha256Hex(publicKey);
}

/** Pre-authentication encoding of DSSE v1. */
export function preAuthenticationEncoding(payload: Uint8Array, payloadType: string = PAYLOAD_TYPE): Uint8Array {
  const { length } = utf8ToBytes(payloadType);
  const before = utf8ToBytes(`DSSEv1 ${length} ${payloadType} ${payload.length} `);
  const encoded = new Uint8Array(before.length + payload.length);
  encoded.set(before);
  encoded.set(payload, before.length);
  return encoded;
}

/** Signs a payload. */
export async function signDsse(payload: Uint8Array, signer: Signer): Promise<Dsse> {
  return {
    payload,
    keyId: keyIdOf(signer.publicKey),
    signature: await signer.sign(preAuthenticationEncoding(payload)),
  };
}

/** Whether `publicKey` signed a DSSE payload. */
export interface SignatureCheck {
  (dsse: Dsse, publicKey: Uint8Array): boolean;
  /** Tries it away from this thread. True says that the check accepts it, false says nothing: it is to be asked. */
  readonly trial?: (dsse: Dsse, publicKey: Uint8Array) => Promise<boolean>;
}

/**
 * The check of DSSE signatures by a check of Ed25519: the strict one, or what gives the same answers sooner (`soonerEd25519`), perhaps also
 * away from this thread (`ed25519Trial`).
 */
export function signatureCheck(check: Ed25519Check, trial?: Ed25519Trial): SignatureCheck {
  const isSignedBy: SignatureCheck = ({ keyId, payload, signature }, publicKey) =>
    keyId === keyIdOf(publicKey) && check(signature, preAuthenticationEncoding(payload), publicKey);
  if (trial === undefined) return isSignedBy;
  return Object.assign(isSignedBy, {
    trial: async ({ keyId, payload, signature }: Dsse, publicKey: Uint8Array) =>
      keyId === keyIdOf(publicKey) && (await trial(signature, preAuthenticationEncoding(payload), publicKey)),
  });
}

/** Whether `publicKey` signed the payload (RFC 8032, canonical encodings alone). */
export const dsseSignedBy: SignatureCheck = signatureCheck(strictEd25519);

/** The JSON form of a DSSE envelope. */
export function formatDsse(dsse: Dsse): JsonObject {
  return {
    payloadType: PAYLOAD_TYPE,
    payload: encodeBase64(dsse.payload),
    signatures: [{ keyid: dsse.keyId, sig: encodeBase64(dsse.signature) }],
  };
}

/** Reads the JSON form strictly. @throws VerifyError `malformed` */
export function parseDsse(value: unknown): Dsse {
  const object = asObject(value, 'dsse');
  onlyMembers(object, ['payloadType', 'payload', 'signatures'], 'dsse');
  if (object.payloadType !== PAYLOAD_TYPE)
    throw new VerifyError('malformed', `dsse.payloadType is not ${PAYLOAD_TYPE}`);
  const signatures = object.signatures;
  if (!Array.isArray(signatures) || signatures.length !== 1)
    throw new VerifyError('malformed', 'dsse has not exactly one signature');
  const one = asObject(signatures[0], 'dsse.signatures[0]');
  onlyMembers(one, ['keyid', 'sig'], 'dsse.signatures[0]');
  const signature = decodeBase64(stringMember(one, 'sig', 'dsse.signatures[0]'), 'dsse.signatures[0].sig');
  if (signature.length !== 64) throw new VerifyError('malformed', 'dsse.signatures[0].sig is not 64 bytes');
  return {
    payload: decodeBase64(stringMember(object, 'payload', 'dsse'), 'dsse.payload'),
    keyId: stringMember(one, 'keyid', 'dsse.signatures[0]', /^[0-9a-f]{64}$/),
    signature,
  };
}
