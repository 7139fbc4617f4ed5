import { hash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';

/** Blobs that are wanted: hex digests, and the folder whose folders have them. */
export type BlobRequest = { readonly folder: string; readonly digests: readonly string[] };

/** Blobs one after the other. `lengths` has -1 for one that was not read. */
export type PackedBlobs = { readonly bytes: Uint8Array<ArrayBuffer>; readonly lengths: readonly number[] };

/** Room that a blob is given at first. */
const ROOM = 2 ** 14;

/**
 * Reads blobs and compares them with their digests. One that is missing, another's, or cannot be read is left out, whatever the reason:
 * who needs it reads it again, and says what is wrong.
 */
export function readBlobs({ folder, digests }: BlobRequest): PackedBlobs {
  let bytes = new Uint8Array(ROOM * 8);
  let end = 0;
  const lengths = digests.map((digest) => {
    const file = openBlob(`${folder}/${digest.slice(0, 2)}/${digest}`);
    if (file === undefined) return -1;
    try {
      let length = 0;
      for (let read = -1; read !== 0; length += read) {
        if (bytes.length - end - length < ROOM) bytes = widened(bytes);
        read = readSync(file, bytes, end + length, bytes.length - end - length, null);
      }
      if (hash('sha256', bytes.subarray(end, end + length), 'hex') !== digest) return -1;
      end += length;
      return length;
    } catch {
      return -1;
    } finally {
      closeSync(file);
    }
  });
  return { bytes: bytes.subarray(0, end), lengths };
}

/** The blobs that were read, by digest: views on the packed bytes. */
export function unpackBlobs(digests: readonly string[], { bytes, lengths }: PackedBlobs): Map<string, Uint8Array> {
  const blobs = new Map<string, Uint8Array>();
  let at = 0;
  for (const [place, digest] of digests.entries()) {
    const length = lengths[place]!;
    if (length < 0) continue;
    blobs.set(digest, bytes.subarray(at, at + length));
    at += length;
  }
  return blobs;
}

function openBlob(path: string): number | undefined {
  try {
    return openSync(path, 'r');
  } catch {
    return undefined;
  }
}

function widened(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const wider = new Uint8Array(bytes.length * 2);
  wider.set(bytes);
  return wider;
}
