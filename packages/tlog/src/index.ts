export { sha256, sha256Hex } from '#sha256';
export {
  type Checkpoint,
  type CheckpointTrust,
  formatCheckpoint,
  openCheckpoint,
  parseCheckpoint,
  type SignedCheckpoint,
  signCheckpoint,
} from './checkpoint.ts';
export { type ConsistencyClaim, verifyConsistency } from './consistency.ts';
export {
  cosignatureTime,
  cosignCheckpoint,
  encodeWitnessKey,
  parseWitnessKey,
  withCosignatures,
} from './cosignature.ts';
export { type Ed25519Check, type Ed25519Trial, ed25519Trial, soonerEd25519, strictEd25519 } from './ed25519-check.ts';
export { checkLeaf, decodeEntryBundle, encodeEntryBundle, leavesOf, MAX_LEAF_BYTES } from './entry-bundle.ts';
export { TlogError, type TlogErrorCode } from './error.ts';
export { emptyRoot, HASH_SIZE, leafHash, nodeHash } from './hash.ts';
export { type InclusionClaim, verifyInclusion } from './inclusion.ts';
export { type KnownLeaf, type MultiProofClaim, multiProof, verifyMultiProof } from './multi-proof.ts';
export { type NoteSignature, openNote, type ParsedNote, parseNote, signNote, type VerifiedNote } from './note.ts';
export {
  ed25519NoteSigner,
  encodeVerifierKey,
  type NoteSigner,
  type NoteVerifier,
  noteKeyId,
  parseVerifierKey,
} from './note-key.ts';
export {
  bundleOf,
  bundlePath,
  type EntryBundle,
  hashesAt,
  parseTilePath,
  TILE_WIDTH,
  type Tile,
  tileOf,
  tilePath,
  tilesForGrowth,
} from './tile.ts';
export { consistencyProof, inclusionProof, rootFromTiles, splitHashes, type TileReader } from './tile-reader.ts';
export {
  encodeTlogProof,
  parseTlogProof,
  type TlogProof,
  type VerifiedReceipt,
  verifyTlogProof,
} from './tlog-proof.ts';
export { treeHash } from './tree.ts';
export { type FilledTile, TreeEdge } from './tree-edge.ts';
