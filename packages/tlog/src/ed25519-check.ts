import { ed25519 } from '@noble/curves/ed25519.js';
import { bytesToHex } from '@noble/hashes/utils.js';

/** Whether `publicKey` (32 bytes) made `signature` over `message`. False for what is malformed, never an error. */
export type Ed25519Check = (signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array) => boolean;

/** RFC 8032's strict check, in JavaScript: canonical encodings alone. */
export const strictEd25519: Ed25519Check = (signature, message, publicKey) =>
  signature.length === 64 && ed25519.verify(signature, message, publicKey, { zip215: false });

/**
 * {@link strictEd25519} with a faster check before it, such as a native library's. A check that compares R itself, not eight times R,
 * accepts nothing that the strict one refuses, provided that the key is canonical and not of small order; what it refuses is looked at
 * again. So the answer is the same for every input.
 */
export function soonerEd25519(accepts: Ed25519Check): Ed25519Check {
  const plain = new Map<string, boolean>();
  return (signature, message, publicKey) => {
    if (signature.length !== 64) return false;
    const name = bytesToHex(publicKey);
    const isPlain = plain.get(name) ?? isPlainKey(publicKey);
    plain.set(name, isPlain);
    return (isPlain && accepts(signature, message, publicKey)) || strictEd25519(signature, message, publicKey);
  };
}

/** Whether a key is written canonically and is not of small order. */
function isPlainKey(publicKey: Uint8Array): boolean {
  try {
    return !ed25519.Point.fromBytes(publicKey).isSmallOrder();
  } catch {
    return false; // Then it signs nothing, as the check that follows says.
  }
}
