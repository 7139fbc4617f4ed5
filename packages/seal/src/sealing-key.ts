import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose';
import { SealError } from './error.ts';

/** How keys are agreed and contents encrypted (RFC 7518): nothing else is sealed or opened. */
export const ALGORITHM = 'ECDH-ES+A256KW';
export const ENCRYPTION = 'A256GCM';

/** A public key to seal to, as its owner publishes it. */
export type PublicSealingKey = JWK & {
  readonly kty: 'OKP';
  readonly crv: 'X25519';
  readonly x: string;
  readonly kid: string;
};
/** The key that opens; a secret. */
export type SealingKey = PublicSealingKey & { readonly d: string };

/** A fresh X25519 key, named by its thumbprint (RFC 7638). */
export async function generateSealingKey(): Promise<SealingKey> {
  const { privateKey } = await generateKeyPair(ALGORITHM, { crv: 'X25519', extractable: true });
  const jwk = await exportJWK(privateKey);
  const kid = await calculateJwkThumbprint(jwk);
  return { ...jwk, kid, alg: ALGORITHM, use: 'enc' } as SealingKey;
}

/** What may be published of a key. */
export function publicSealingKey({ kty, crv, x, kid }: SealingKey): PublicSealingKey {
  return { kty, crv, x, kid, alg: ALGORITHM, use: 'enc' };
}

/** Reads a public key from its JSON; a private part is dropped. @throws SealError `KEY_UNSUPPORTED` */
export async function parsePublicSealingKey(json: Uint8Array): Promise<PublicSealingKey> {
  const { kty, crv, x } = parseJwk(json);
  if (kty !== 'OKP' || crv !== 'X25519' || typeof x !== 'string') throw unsupported();
  return {
    kty: 'OKP',
    crv: 'X25519',
    x,
    kid: await calculateJwkThumbprint({ kty, crv, x }),
    alg: ALGORITHM,
    use: 'enc',
  };
}

/** Reads a private key from its JSON. @throws SealError `KEY_UNSUPPORTED` */
export async function parseSealingKey(json: Uint8Array): Promise<SealingKey> {
  const { d } = parseJwk(json);
  if (typeof d !== 'string') throw unsupported();
  return { ...(await parsePublicSealingKey(json)), d };
}

function parseJwk(json: Uint8Array): JWK {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(json));
    if (typeof value === 'object' && value !== null) return value as JWK;
  } catch {
    // Reported below: the parser's message would quote the key.
  }
  throw unsupported();
}

function unsupported(): SealError {
  return new SealError('KEY_UNSUPPORTED', 'a sealing key is an X25519 key as a JWK');
}
