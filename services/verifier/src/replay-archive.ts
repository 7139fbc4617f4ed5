import { type Archive, BlobsAhead, isSignedBy } from '@assay/archive';
import { type EntrySource, type Ledger, replay, type Trust } from '@assay/verify';
import { envelopeOf } from './envelope-of.ts';

/** Entries between two reports of progress: about a second's. */
const STRIDE = 10_000;

/** What the entries of our own archive, each accepted by its rules when it came, add up to. */
export async function replayArchive(
  archive: Archive,
  { trust, onProgress }: { readonly trust: Trust; readonly onProgress?: (entries: number, of: number) => void },
): Promise<Ledger> {
  await using ahead = new BlobsAhead(archive.reader, { blobOf: envelopeOf });
  const source: EntrySource = {
    entries: () => ahead.entries(),
    // Nothing else runs yet that reading would keep waiting: a file costs half as much as when it is awaited.
    blob: async (digest) => ahead.blobSync(Buffer.from(digest, 'hex')),
    pruned: (digest) => archive.pruned.get(digest),
  };
  const onEntry = ({ index }: { readonly index: number }): void => {
    if ((index + 1) % STRIDE === 0) onProgress?.(index + 1, archive.size);
  };
  return await replay(source, trust, { check: false, isSignedBy, onEntry });
}
