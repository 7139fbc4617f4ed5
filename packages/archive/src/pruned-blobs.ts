import { join } from 'node:path';
import type { CheckpointTrust } from '@assay/tlog';
import type { PrunedBlob } from '@assay/verify';
import type { ArchiveFiles } from './files.ts';
import { logTrust } from './log-key.ts';
import { nodeFiles } from './node-files.ts';
import { PRUNINGS, parsePruningPath, readPruning } from './pruning.ts';

/** A removed blob, and when it was removed. */
export type RemovedBlob = PrunedBlob & { readonly prunedAt: number };

/** What the pruning records of an archive say. */
export type Prunings = {
  /** Removed blobs by hex digest. */
  readonly blobs: ReadonlyMap<string, RemovedBlob>;
  /** The records themselves, signed notes, in the order of their numbers. */
  readonly notes: readonly Uint8Array[];
  /** The number of the next record. */
  readonly next: number;
};

/** Reads every pruning record of an archive. @throws ArchiveError `pruning-refused` */
export async function readPrunings(dir: string, trust: CheckpointTrust, files: ArchiveFiles): Promise<Prunings> {
  const blobs = new Map<string, RemovedBlob>();
  const notes: Uint8Array[] = [];
  let next = 1;
  for (const { name } of (await files.list(join(dir, PRUNINGS))) ?? []) {
    const number = parsePruningPath(`${PRUNINGS}/${name}`);
    const note = number === undefined ? undefined : await files.read(join(dir, PRUNINGS, name));
    if (number === undefined || note === undefined) continue;
    next = Math.max(next, number + 1);
    const { prunedAt, blobs: listed } = readPruning(note, trust);
    notes.push(note);
    for (const blob of listed) blobs.set(blob.digest, { ...blob, prunedAt });
  }
  return { blobs, notes, next };
}

/**
 * The blobs of an archive that were removed when their retention ended, by hex digest, as the signed records beside the log list them.
 *
 * @throws ArchiveError `pruning-refused`; TlogError where `vkey` is no key
 */
export async function prunedBlobs(dir: string, vkey: string): Promise<ReadonlyMap<string, RemovedBlob>> {
  return (await readPrunings(dir, logTrust(vkey), nodeFiles)).blobs;
}

/**
 * The signed records of what was removed from an archive when its retention ended, in the order in which they were made.
 *
 * @throws ArchiveError `pruning-refused`; TlogError where `vkey` is no key
 */
export async function pruningRecords(dir: string, vkey: string): Promise<readonly Uint8Array[]> {
  return (await readPrunings(dir, logTrust(vkey), nodeFiles)).notes;
}
