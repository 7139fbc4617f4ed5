import { ed25519NoteSigner, leafHash, type SignedCheckpoint, signCheckpoint, type Tile, treeHash } from '@assay/tlog';
import { bytesToHex, concatBytes } from '@noble/hashes/utils.js';
import type { EvidenceSource } from '../src/evidence/collect-evidence.ts';
import { ORIGIN, secrets } from './world.ts';

/** Leaves, and blobs by hex digest. */
export interface Published {
  readonly leaves: readonly Uint8Array[];
  readonly blobs: ReadonlyMap<string, Uint8Array>;
}

/** A bench's log as its operator publishes it: with tiles, and a checkpoint that the log's key signed. */
export async function logged({ leaves, blobs }: Published): Promise<EvidenceSource> {
  const hashes = leaves.map(leafHash);
  const head = { origin: ORIGIN, size: leaves.length, root: treeHash(hashes) };
  const note = await signCheckpoint(head, [ed25519NoteSigner(ORIGIN, secrets.log)]);
  const checkpoint: SignedCheckpoint = { ...head, note, extensions: [], verified: [], unverified: [] };
  return {
    checkpoint: () => checkpoint,
    async *entries() {
      for (const [index, leaf] of leaves.entries()) yield { index, leaf };
    },
    blob: async (digest) => blobs.get(bytesToHex(digest)),
    readTile: ({ level, index, width }: Tile) => {
      const span = 256 ** level;
      const at = (n: number): number => (index * 256 + n) * span;
      return concatBytes(...Array.from({ length: width }, (_, n) => treeHash(hashes.slice(at(n), at(n + 1)))));
    },
  };
}
