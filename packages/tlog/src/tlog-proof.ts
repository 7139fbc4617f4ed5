import { checkSize, parseDecimal } from './bounds.ts';
import { concatBytes, decodeBase64, decodeUtf8, encodeBase64 } from './bytes.ts';
import { type CheckpointTrust, openCheckpoint, type SignedCheckpoint } from './checkpoint.ts';
import { TlogError } from './error.ts';
import { checkHash } from './hash.ts';
import { verifyInclusion } from './inclusion.ts';

const HEADER = 'c2sp.org/tlog-proof@v1';

/** Most hashes of an inclusion proof in a tree of at most 2^53 - 1 entries. */
const MAX_PROOF_HASHES = 53;

/** A receipt: an inclusion proof with the checkpoint it leads to (C2SP tlog-proof). */
export type TlogProof = {
  /** The entry's index. */
  readonly index: number;
  /** Hashes from the leaf's sibling up to the root's child. */
  readonly proof: readonly Uint8Array[];
  /** The signed note, byte for byte. */
  readonly checkpoint: Uint8Array;
  /** Opaque and not authenticated by anything. */
  readonly extra?: Uint8Array;
};

/**
 * The bytes of a receipt, stored as `*.tlog-proof`.
 *
 * @throws TlogError `malformed` or `out-of-range`
 */
export function encodeTlogProof({ index, proof, checkpoint, extra }: TlogProof): Uint8Array {
  checkSize(index);
  for (const hash of proof) checkHash(hash, 'a hash of the inclusion proof');
  const lines = [
    HEADER,
    ...(extra && extra.length > 0 ? [`extra ${encodeBase64(extra)}`] : []),
    `index ${index}`,
    ...proof.map(encodeBase64),
    '',
    '',
  ];
  return concatBytes(new TextEncoder().encode(lines.join('\n')), checkpoint);
}

/**
 * Reads a receipt. Nothing in it may be relied on before `verifyTlogProof`.
 *
 * @throws TlogError `malformed`
 */
export function parseTlogProof(receipt: Uint8Array): TlogProof {
  const end = receipt.findIndex((byte, at) => byte === 0x0a && receipt[at + 1] === 0x0a);
  if (end < 0) throw malformed('it has no empty line before its checkpoint');
  const lines = decodeUtf8(receipt.subarray(0, end), 'the receipt').split('\n');
  if (lines.shift() !== HEADER) throw malformed(`it does not start with ${HEADER}`);
  const extra = lines[0]?.startsWith('extra ')
    ? decodeBase64(lines.shift()!.slice('extra '.length), 'the extra data')
    : undefined;
  if (extra?.length === 0) throw malformed('its extra data is empty');
  const indexLine = lines.shift() ?? '';
  const index = indexLine.startsWith('index ') ? parseDecimal(indexLine.slice('index '.length)) : undefined;
  if (index === undefined) throw malformed('its index is not a decimal of 0 to 2^53 - 1');
  if (lines.length > MAX_PROOF_HASHES) throw malformed('its inclusion proof has more hashes than any tree is high');
  const proof = lines.map((line) => decodeBase64(line, 'a hash of the inclusion proof'));
  for (const hash of proof) checkHash(hash, 'a hash of the inclusion proof');
  return { index, proof, checkpoint: new Uint8Array(receipt.subarray(end + 2)), ...(extra && { extra }) };
}

/** What a verified receipt shows: that entry `index` of the log under `checkpoint` is the leaf. */
export type VerifiedReceipt = { readonly index: number; readonly checkpoint: SignedCheckpoint };

/**
 * Verifies a receipt for a leaf, given by `leafHash(leaf)`: first the checkpoint's signature and origin, then that the
 * proof leads from the leaf to its root. The extra data takes no part.
 *
 * @throws TlogError `malformed`, `signature-refused`, `wrong-origin`, `out-of-range` or `proof-refused`
 */
export function verifyTlogProof(receipt: Uint8Array, leafHash: Uint8Array, trust: CheckpointTrust): VerifiedReceipt {
  const { index, proof, checkpoint: note } = parseTlogProof(receipt);
  const checkpoint = openCheckpoint(note, trust);
  verifyInclusion({ index, size: checkpoint.size, leafHash, root: checkpoint.root, proof });
  return { index, checkpoint };
}

function malformed(why: string): TlogError {
  return new TlogError('malformed', `this is no receipt: ${why}`);
}
