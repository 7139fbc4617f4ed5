import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import {
  type Ed25519Check,
  type Ed25519Trial,
  ed25519NoteSigner,
  ed25519Trial,
  type NoteSigner,
  soonerEd25519,
} from '@assay/tlog';

const publicKeys = new Map<string, KeyObject>();

/**
 * RFC 8032's strict check by the native library, in a twentieth of the time: same answers as the portable one. Keys are kept: those that
 * configurations name and authorities register, and few.
 */
export const nativeEd25519: Ed25519Check = soonerEd25519((signature, message, publicKey) =>
  verify(null, message, keyOf(publicKey), signature),
);

/** The same check in one of Node's own threads. */
export const nativeEd25519Trial: Ed25519Trial = ed25519Trial((signature, message, publicKey) => {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  verify(null, message, keyOf(publicKey), signature, (error, accepted) => resolve(error === null && accepted));
  return promise;
});

function keyOf(publicKey: Uint8Array): KeyObject {
  const x = base64url(publicKey);
  const key = publicKeys.get(x) ?? createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  publicKeys.set(x, key);
  return key;
}

/**
 * A signer of notes with its secret key (32 bytes) in memory, as `ed25519NoteSigner` and in a twentieth of its time: every append and every
 * cosignature signs a checkpoint.
 *
 * @throws TlogError `malformed` (the name or the key's length)
 */
export function nativeNoteSigner(name: string, secretKey: Uint8Array): NoteSigner {
  const { publicKey } = ed25519NoteSigner(name, secretKey);
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: base64url(publicKey), d: base64url(secretKey) };
  const key = createPrivateKey({ key: jwk, format: 'jwk' });
  return { name, publicKey, sign: (message) => new Uint8Array(sign(null, message, key)) };
}

function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url');
}
