import { sha256 } from '#sha256';
import { TlogError } from './error.ts';

/** Bytes of a hash in the tree: SHA-256. */
export const HASH_SIZE = 32;

/** Hash of a leaf: `SHA-256(0x00 || leaf)` (RFC 6962, section 2.1). */
export function leafHash(leaf: Uint8Array): Uint8Array {
  const preimage = new Uint8Array(1 + leaf.length);
  preimage.set(leaf, 1);
  return sha256(preimage);
}

/** Hash of an inner node: `SHA-256(0x01 || left || right)` (RFC 6962, section 2.1). */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  const preimage = new Uint8Array(1 + 2 * HASH_SIZE);
  preimage[0] = 0x01;
  preimage.set(left, 1);
  preimage.set(right, 1 + HASH_SIZE);
  return sha256(preimage);
}

/** Root of the tree without entries: `SHA-256()` (RFC 6962, section 2.1). */
export function emptyRoot(): Uint8Array {
  return sha256(new Uint8Array());
}

/**
 * Refuses what is not 32 bytes, before it is hashed: a shorter or longer "hash" would shift the node's preimage.
 *
 * @throws TlogError `malformed`
 */
export function checkHash(hash: Uint8Array, what: string): void {
  if (!(hash instanceof Uint8Array) || hash.length !== HASH_SIZE) {
    throw new TlogError('malformed', `${what} is not a hash of ${HASH_SIZE} bytes`);
  }
}
