import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeVerifierKey, type NoteSigner } from '@assay/tlog';
import type { NewEntry } from './archive.ts';
import { blobDigest } from './layout.ts';
import { logTrust } from './log-key.ts';

// What the tests of this package share: a log's key, entries that name their blobs, and a directory that goes away.

/** A signer of a log that is only tested. */
export const signer = signerFrom(generateKeyPairSync('ed25519'));

/** Its key. */
export const vkey = encodeVerifierKey(signer);

/** What receipts and checkpoints of the log are verified with. */
export const trust = logTrust(vkey);

/** What an archive of the log is opened with. */
export const options = { origin: signer.name, signer };

/** An entry without blobs. */
export function plainEntry(text: string): NewEntry {
  return { leaf: new TextEncoder().encode(text), blobs: [] };
}

/** An entry whose leaf ends in the digest of its blob. */
export function blobEntry(text: string): NewEntry {
  const blob = new TextEncoder().encode(`blob of ${text}`);
  return { leaf: new Uint8Array([...new TextEncoder().encode(`${text}|`), ...blobDigest(blob)]), blobs: [blob] };
}

/** Digests that the leaf of such an entry names. */
export function blobsOf(leaf: Uint8Array): Uint8Array[] {
  return leaf.at(-33) === '|'.charCodeAt(0) ? [leaf.slice(-32)] : [];
}

/** Runs with an empty directory, removed afterwards. */
export async function withDirectory<T>(run: (dir: string) => Promise<T>): Promise<T> {
  const dir = mkdtempSync(join(tmpdir(), 'assay-archive-'));
  try {
    return await run(dir);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** A signer whose key stays with the system's library, as one in a key module would. */
export function signerFrom(pair: { publicKey: KeyObject; privateKey: KeyObject }): NoteSigner {
  return {
    name: 'INSECURE-DEMO/archive-test',
    publicKey: new Uint8Array(Buffer.from(pair.publicKey.export({ format: 'jwk' }).x!, 'base64url')),
    sign: async (message) => sign(null, message, pair.privateKey),
  };
}

/** What an iterable gives, as an array. */
export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
