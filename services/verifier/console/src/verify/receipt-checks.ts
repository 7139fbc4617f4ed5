import { leafHash, parseTlogProof, type SignedCheckpoint, type TlogProof, verifyInclusion } from '@assay/tlog';
import { decodeEntry, type Entry, type Head, openHead, type Trust } from '@assay/verify';

/** The entry that a leaf records; it has to name the envelope. @throws VerifyError; Error when it names another */
export function entryOf(leaf: Uint8Array, digest: string, envelope: Uint8Array | undefined): Entry {
  const entry = decodeEntry(leaf);
  if (entry.payload.sha256 !== digest) throw new Error('the entry names another envelope');
  if (envelope !== undefined && entry.payload.size !== envelope.length)
    throw new Error(`the entry names an envelope of ${entry.payload.size} bytes`);
  return entry;
}

/** A receipt's parts, and the checkpoint that it leads to: the log's key in the trust document has to have signed it. */
export function openReceipt(receipt: Uint8Array, trust: Trust): Head & { readonly proof: TlogProof } {
  const proof = parseTlogProof(receipt);
  return { proof, ...openHead(proof.checkpoint, trust) };
}

/** Whether the receipt leads from the leaf to the checkpoint's root. @throws TlogError */
export function checkInclusion(leaf: Uint8Array, { index, proof }: TlogProof, { size, root }: SignedCheckpoint): void {
  verifyInclusion({ index, size, root, leafHash: leafHash(leaf), proof });
}
