import { basename, dirname, join } from 'node:path';
import {
  bundleOf,
  bundlePath,
  decodeEntryBundle,
  hashesAt,
  leafHash,
  splitHashes,
  TILE_WIDTH,
  TreeEdge,
  tilePath,
} from '@assay/tlog';
import { ArchiveError } from './error.ts';
import type { ArchiveFiles } from './files.ts';
import { type ArchiveReader, asCorrupt } from './reader.ts';

/** What an append starts from. */
export type Tail = {
  readonly edge: TreeEdge;
  /** Leaves of the partial entry bundle. */
  readonly leaves: readonly Uint8Array[];
};

/**
 * Reads the right edge of the tree and checks that it has the signed root, and the entries behind it.
 *
 * @throws ArchiveError `corrupt`
 */
export async function readTail(reader: ArchiveReader, files: ArchiveFiles): Promise<Tail> {
  const { size, root } = reader.checkpoint();
  const contents = await Promise.all(TreeEdge.tiles(size).map((tile) => reader.readTile(tile)));
  const edge = TreeEdge.restore(size, contents);
  if (Buffer.compare(edge.root(), root) !== 0) {
    throw new ArchiveError('corrupt', 'the tiles on the right edge do not have the root of the signed checkpoint');
  }
  const bundle = bundleOf(Math.floor(size / TILE_WIDTH), size);
  if (!bundle) return { edge, leaves: [] };
  const path = bundlePath(bundle);
  const bytes = await files.read(join(reader.dir, path));
  if (!bytes) throw new ArchiveError('corrupt', `${path} is missing`);
  const leaves = asCorrupt(path, () => decodeEntryBundle(new Uint8Array(bytes), bundle.width));
  const hashes = splitHashes(contents[0]!);
  const wrong = leaves.findIndex((leaf, at) => Buffer.compare(leafHash(leaf), hashes[at]!) !== 0);
  if (wrong >= 0) {
    throw new ArchiveError('corrupt', `entry ${bundle.index * TILE_WIDTH + wrong} in ${path} is not the one logged`);
  }
  return { edge, leaves };
}

/**
 * Removes tiles and bundles that an append of at most `maxBatch` entries wrote before it was cut off. They are no part
 * of the log; left there, a partial tile could later pass for one of a size that the log went through. Also removes
 * partial tiles that a full one has replaced, where the append that did so was cut off after its checkpoint.
 */
export async function removeUncommitted(
  dir: string,
  size: number,
  maxBatch: number,
  files: ArchiveFiles,
): Promise<void> {
  const changed = new Set<string>();
  const listed = new Map<string, Set<string>>();
  for (const { path, committed } of nearTheEdge(size, maxBatch)) {
    const parent = join(dir, dirname(path));
    const names = listed.get(parent) ?? new Set((await files.list(parent))?.map(({ name }) => name));
    listed.set(parent, names);
    if (committed < TILE_WIDTH && names.has(basename(path))) {
      await files.remove(join(dir, path));
      changed.add(parent);
    }
    const partials = join(dir, `${path}.p`);
    if (!names.has(basename(partials))) continue;
    for (const { name } of (await files.list(partials)) ?? []) {
      if (committed < TILE_WIDTH && Number(name) <= committed) continue;
      await files.remove(join(partials, name));
      changed.add(partials);
    }
  }
  // Without this, a power cut could bring them back after the log has grown past them.
  for (const path of changed) await files.syncDirectory(path);
}

/** Paths of full tiles and bundles that one append can have touched, with the hashes of each that are committed. */
function* nearTheEdge(size: number, maxBatch: number): Generator<{ path: string; committed: number }> {
  for (let level = 0; hashesAt(level, size + maxBatch) > 0; level++) {
    const hashes = hashesAt(level, size);
    const edge = Math.floor(hashes / TILE_WIDTH);
    const reach = Math.ceil(hashesAt(level, maxBatch) / TILE_WIDTH) + 1;
    for (let index = Math.max(0, edge - reach); index <= edge + reach; index++) {
      const committed = Math.min(TILE_WIDTH, Math.max(0, hashes - index * TILE_WIDTH));
      const full = { level, index, width: TILE_WIDTH };
      yield { path: tilePath(full), committed };
      if (level === 0) yield { path: bundlePath(full), committed };
    }
  }
}

/** Removes the partial tiles or bundles that the full one at `path` has replaced (C2SP tlog-tiles allows it). */
export async function removeReplaced(path: string, files: ArchiveFiles): Promise<void> {
  const partials = `${path}.p`;
  const entries = await files.list(partials);
  if (entries === undefined) return;
  for (const { name } of entries) await files.remove(join(partials, name));
  await files.removeDirectory(partials);
}
