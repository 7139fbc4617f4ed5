import { readFileSync } from 'node:fs';
import type { Signer } from '@assay/verify';
import { ed25519 } from '@noble/curves/ed25519.js';
import { ProvingError } from './error.ts';

/** Signs with the 32-byte Ed25519 seed in a file. @throws ProvingError `BAD_KEY` */
export function ed25519FileSigner(path: string): Signer {
  const seed = Uint8Array.from(readFileSync(path));
  if (seed.length !== 32) throw new ProvingError('BAD_KEY', 'the envelope key file does not hold 32 bytes');
  return { publicKey: ed25519.getPublicKey(seed), sign: async (message) => ed25519.sign(message, seed) };
}
