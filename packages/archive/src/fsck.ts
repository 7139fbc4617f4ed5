import {
  bundleOf,
  bundlePath,
  type CheckpointTrust,
  type NoteVerifier,
  parseTilePath,
  type SignedCheckpoint,
  TILE_WIDTH,
} from '@assay/tlog';
import { ArchiveError } from './error.ts';
import type { ArchiveFiles } from './files.ts';
import type { FsckReport, Problem } from './fsck-report.ts';
import { checkTree, problem } from './fsck-tree.ts';
import { Inventory } from './inventory.ts';
import { BLOBS, CHECKPOINT, hasDigest, LOCK, parseBlobPath, STAGING } from './layout.ts';
import { logTrust } from './log-key.ts';
import { nodeFiles } from './node-files.ts';
import type { RemovedBlob } from './pruned-blobs.ts';
import { PRUNINGS, parsePruningPath, readPruning } from './pruning.ts';
import { verifyCheckpoint } from './reader.ts';

/** What `fsck` may be told. */
export type FsckOptions = {
  /** Digests of the blobs that an entry names. Without it, blobs are only compared with their own names. */
  readonly blobsOf?: (leaf: Uint8Array, index: number) => readonly Uint8Array[];
  /** A checkpoint (a signed note by the same key) that the log must contain: it shows a rollback and a fork. */
  readonly atLeast?: Uint8Array;
  /** Keys of log witnesses whose signatures on the checkpoint are to be verified. */
  readonly otherKeys?: readonly NoteVerifier[];
  /** The file system; another one only in tests. */
  readonly files?: ArchiveFiles;
};

/**
 * Checks a directory, at rest or copied, against the log's key alone: that every entry, tile, bundle and blob is what
 * the signed checkpoint stands for, and that there is nothing else. Damage is a finding, never an exception.
 *
 * @throws TlogError where `vkey` is no key; ArchiveError `checkpoint-refused` where `atLeast` is not signed by it;
 * whatever the file system reports, other than a missing file
 */
export async function fsck(dir: string, vkey: string, options: FsckOptions = {}): Promise<FsckReport> {
  const { blobsOf, otherKeys = [], files = nodeFiles } = options;
  const trust = { ...logTrust(vkey), otherKeys };
  const atLeast = options.atLeast && verifyCheckpoint(options.atLeast, trust);
  const problems: Problem[] = [];
  const report = (found: Problem): void => {
    problems.push(found);
  };

  const inventory = await Inventory.of(dir, files);
  const checkpoint = await readCheckpoint(inventory, trust, report);
  if (!checkpoint) return { checkpoint, problems, pruned: [] };

  const named = new Map<string, number>();
  let read = 0;
  const onEntry = (index: number, leaf: Uint8Array): void => {
    read++;
    for (const digest of namedBlobs(index, leaf, checkpoint.size, blobsOf, report)) {
      const hex = Buffer.from(digest).toString('hex');
      if (!named.has(hex)) named.set(hex, index);
    }
  };
  const rootThen = await checkTree({
    checkpoint,
    inventory,
    onEntry,
    report,
    ...(atLeast && { rootAt: atLeast.size }),
  });
  if (atLeast) checkContains(checkpoint, atLeast, rootThen, report);
  const listed = await readRecords(inventory, trust, report);
  const allNamed = blobsOf !== undefined && read === checkpoint.size;
  const pruned = await checkBlobs({ inventory, named, listed, allNamed, report });
  inventory.takeEmpty(LOCK);
  for (const file of inventory.left('')) reportLeftOver(file, report);
  return { checkpoint, problems, pruned };
}

async function readCheckpoint(
  inventory: Inventory,
  trust: CheckpointTrust,
  report: (problem: Problem) => void,
): Promise<SignedCheckpoint | undefined> {
  const note = await inventory.take(CHECKPOINT);
  try {
    if (!note) throw new ArchiveError('checkpoint-missing', `there is no file ${CHECKPOINT}`);
    const checkpoint = verifyCheckpoint(note, trust);
    for (const { name } of checkpoint.unverified) {
      report(problem('signature-unknown', CHECKPOINT, undefined, `nobody vouches for the signature line of ${name}`));
    }
    return checkpoint;
  } catch (error) {
    if (!(error instanceof ArchiveError)) throw error;
    report(problem('checkpoint-refused', CHECKPOINT, undefined, error.message));
    return undefined;
  }
}

function namedBlobs(
  index: number,
  leaf: Uint8Array,
  size: number,
  blobsOf: FsckOptions['blobsOf'],
  report: (problem: Problem) => void,
): readonly Uint8Array[] {
  try {
    return blobsOf?.(leaf, index) ?? [];
  } catch {
    // Any failure to read a leaf is one and the same finding; its text could repeat what the leaf holds.
    const file = bundlePath(bundleOf(Math.floor(index / TILE_WIDTH), size)!);
    report(problem('entry-unreadable', file, index, `entry ${index} does not say which blobs it names`));
    return [];
  }
}

function checkContains(
  checkpoint: SignedCheckpoint,
  atLeast: SignedCheckpoint,
  rootThen: Uint8Array | undefined,
  report: (problem: Problem) => void,
): void {
  const { size } = atLeast;
  if (checkpoint.size < size) {
    report(problem('rolled-back', CHECKPOINT, checkpoint.size, `the log must have at least ${size} entries`));
    return;
  }
  if (size > 0 && (!rootThen || Buffer.compare(rootThen, atLeast.root) !== 0)) {
    report(problem('forked', CHECKPOINT, undefined, `the log does not contain the given checkpoint of size ${size}`));
  }
}

/** The blobs that pruning records list; a record that is refused lists none. */
async function readRecords(
  inventory: Inventory,
  trust: CheckpointTrust,
  report: (problem: Problem) => void,
): Promise<ReadonlyMap<string, RemovedBlob>> {
  const listed = new Map<string, RemovedBlob>();
  for (const path of inventory.left(`${PRUNINGS}/`)) {
    const note = parsePruningPath(path) === undefined ? undefined : await inventory.take(path);
    if (note === undefined) continue;
    try {
      const { prunedAt, blobs } = readPruning(note, trust);
      for (const blob of blobs) listed.set(blob.digest, { ...blob, prunedAt });
    } catch (error) {
      if (!(error instanceof ArchiveError)) throw error;
      report(problem('pruning-refused', path, undefined, error.message));
    }
  }
  return listed;
}

type BlobCheck = {
  readonly inventory: Inventory;
  /** The first entry that names a blob, by hex digest. */
  readonly named: ReadonlyMap<string, number>;
  readonly listed: ReadonlyMap<string, RemovedBlob>;
  /** Every entry has said which blobs it names, so that one not named is nobody's. */
  readonly allNamed: boolean;
  readonly report: (problem: Problem) => void;
};

/** @returns the blobs that are not there and are listed as removed */
async function checkBlobs({ inventory, named, listed, allNamed, report }: BlobCheck): Promise<RemovedBlob[]> {
  const present = new Set<string>();
  for (const path of inventory.left(`${BLOBS}/`)) {
    const digest = parseBlobPath(path);
    const bytes = digest && (await inventory.take(path));
    if (!bytes) continue;
    const hex = Buffer.from(digest).toString('hex');
    const entry = named.get(hex);
    present.add(hex);
    if (!hasDigest(bytes, digest)) {
      report(problem('blob-mismatch', path, entry, 'the blob does not have the digest in its name'));
    } else if (allNamed && entry === undefined) {
      report(problem('blob-unreferenced', path, undefined, 'no entry names the blob'));
    }
  }
  const pruned: RemovedBlob[] = [];
  for (const [hex, entry] of named) {
    if (present.has(hex)) continue;
    const removed = listed.get(hex);
    // A record that names another entry is of another log's making.
    if (removed?.index === entry) pruned.push(removed);
    else {
      const path = `${BLOBS}/sha256/${hex.slice(0, 2)}/${hex}`;
      report(problem('blob-missing', path, entry, `the blob that entry ${entry} names is not there`));
    }
  }
  return pruned;
}

function reportLeftOver(file: string, report: (problem: Problem) => void): void {
  const leftOver = parseTilePath(file) !== undefined || file.startsWith(`${STAGING}/`);
  if (leftOver) report(problem('uncommitted', file, undefined, 'it is no part of the signed log'));
  else report(problem('unexpected-file', file, undefined, 'no archive has such a file'));
}
