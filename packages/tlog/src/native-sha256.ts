import { hash } from 'node:crypto';

/** SHA-256 of bytes, by Node's library. */
export function sha256(bytes: Uint8Array): Uint8Array {
  // A Buffer's `slice` shares memory where a Uint8Array's copies: none is handed out.
  return new Uint8Array(hash('sha256', bytes, 'buffer'));
}

/** SHA-256 of bytes, by Node's library, in hexadecimal. */
export function sha256Hex(bytes: Uint8Array): string {
  return hash('sha256', bytes, 'hex');
}
