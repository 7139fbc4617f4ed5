import { hash } from 'node:crypto';
import { ArchiveError } from './error.ts';

/** Name of the signed head. */
export const CHECKPOINT = 'checkpoint';

/** Name of the empty file that the writer locks. */
export const LOCK = 'lock';

/** Directory of files that are being written. What a crash leaves in it has no meaning. */
export const STAGING = 'staging';

/** Directory of the tiles and entry bundles. */
export const TILES = 'tile';

/** Directory of the blobs. */
export const BLOBS = 'blob';

/** SHA-256 of a blob: its name. 32 bytes. */
export function blobDigest(blob: Uint8Array): Uint8Array {
  return new Uint8Array(hash('sha256', blob, 'buffer'));
}

/** Whether a blob has this SHA-256, of 32 bytes. */
export function hasDigest(blob: Uint8Array, digest: Uint8Array): boolean {
  return hash('sha256', blob, 'hex') === hexOf(digest);
}

/**
 * Path of a blob inside the archive: `blob/sha256/ab/abcd...`.
 *
 * @throws ArchiveError `malformed` where the digest is not 32 bytes
 */
export function blobPath(digest: Uint8Array): string {
  if (digest.length !== 32) throw new ArchiveError('malformed', 'a digest of a blob is a SHA-256 of 32 bytes');
  const hex = hexOf(digest);
  return `${BLOBS}/sha256/${hex.slice(0, 2)}/${hex}`;
}

/** The digest that a path inside the archive names, if it is a blob's. */
export function parseBlobPath(path: string): Uint8Array | undefined {
  const match = /^blob\/sha256\/([0-9a-f]{2})\/([0-9a-f]{64})$/.exec(path);
  if (!match?.[2]?.startsWith(match[1]!)) return undefined;
  return new Uint8Array(Buffer.from(match[2], 'hex'));
}

function hexOf({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('hex');
}
