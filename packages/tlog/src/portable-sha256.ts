import { sha256 as digest } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';

/** SHA-256 of bytes, in JavaScript. */
export function sha256(bytes: Uint8Array): Uint8Array {
  return digest(bytes);
}

/** SHA-256 of bytes, in JavaScript, in hexadecimal. */
export function sha256Hex(bytes: Uint8Array): string {
  return bytesToHex(digest(bytes));
}
