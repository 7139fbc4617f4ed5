import { loadOrCreateKey } from '@assay/outbox';
import type { Signer } from '@assay/verify';
import { ed25519 } from '@noble/curves/ed25519.js';

/** Signs with the Ed25519 seed in a file, which is made when it is not there. @throws OutboxError `BAD_KEY` */
export function fileSigner(path: string): Signer {
  const seed = loadOrCreateKey(path);
  return { publicKey: ed25519.getPublicKey(seed), sign: async (message) => ed25519.sign(message, seed) };
}
