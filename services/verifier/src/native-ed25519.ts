import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { ed25519NoteSigner, type NoteSigner } from '@assay/tlog';
import { signatureCheck } from '@assay/verify';

// Every envelope's signature is checked and every append signs a checkpoint: the native library does it in a twentieth of the time.

const publicKeys = new Map<string, KeyObject>();

/** Checks envelopes' signatures: same answers as the portable check. Keys are those that authorities registered, and few. */
export const isSignedBy = signatureCheck((message, signature, publicKey) => {
  const x = base64url(publicKey);
  const key = publicKeys.get(x) ?? createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  publicKeys.set(x, key);
  return verify(null, message, key, signature);
});

/**
 * The log's signer, with its secret key (32 bytes) in memory.
 *
 * @throws TlogError `malformed` (the name or the key's length)
 */
export function logSigner(name: string, secretKey: Uint8Array): NoteSigner {
  const { publicKey } = ed25519NoteSigner(name, secretKey);
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: base64url(publicKey), d: base64url(secretKey) };
  const key = createPrivateKey({ key: jwk, format: 'jwk' });
  return { name, publicKey, sign: (message) => new Uint8Array(sign(null, message, key)) };
}

function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url');
}
