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
  return (signature, message, publicKey) => {
    if (signature.length !== 64) return false;
    return (
      (isPlainKey(publicKey) && accepts(signature, message, publicKey)) || strictEd25519(signature, message, publicKey)
    );
  };
}

/** Tries a signature away from this thread. True says that the strict check accepts it, false says nothing: it is to be asked. */
export type Ed25519Trial = (signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array) => Promise<boolean>;

/** A check that may be tried away from this thread, provided that it is as {@link soonerEd25519} needs it. */
export function ed25519Trial(accepts: Ed25519Trial): Ed25519Trial {
  return async (signature, message, publicKey) =>
    signature.length === 64 && isPlainKey(publicKey) && (await accepts(signature, message, publicKey));
}

/** By key, hex: those that configurations name and authorities register, and few. */
const plainKeys = new Map<string, boolean>();

/** Whether a key is written canonically and is not of small order. */
function isPlainKey(publicKey: Uint8Array): boolean {
  const name = bytesToHex(publicKey);
  const isPlain = plainKeys.get(name) ?? readPlainKey(publicKey);
  plainKeys.set(name, isPlain);
  return isPlain;
}

function readPlainKey(publicKey: Uint8Array): boolean {
  try {
    return !ed25519.Point.fromBytes(publicKey).isSmallOrder();
  } catch {
    return false; // Then it signs nothing, as the strict check says.
  }
}
