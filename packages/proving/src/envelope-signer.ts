import { createPrivateKey, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Signer } from '@assay/verify';
import { ed25519 } from '@noble/curves/ed25519.js';
import { ProvingError } from './error.ts';

/** Signs with the 32-byte Ed25519 seed in a file, by the native library: every statement is signed. @throws ProvingError `BAD_KEY` */
export function ed25519FileSigner(path: string): Signer {
  const seed = Uint8Array.from(readFileSync(path));
  if (seed.length !== 32) throw new ProvingError('BAD_KEY', 'the envelope key file does not hold 32 bytes');
  const publicKey = ed25519.getPublicKey(seed);
  const [d, x] = [seed, publicKey].map((bytes) => Buffer.from(bytes).toString('base64url'));
  const key = createPrivateKey({ key: { kty: 'OKP', crv: 'Ed25519', d: d!, x: x! }, format: 'jwk' });
  return { publicKey, sign: async (message) => new Uint8Array(sign(null, message, key)) };
}
