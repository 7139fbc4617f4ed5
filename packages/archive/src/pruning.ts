import type { CheckpointTrust } from '@assay/tlog';
import { openPruning, type PruningRecord, VerifyError } from '@assay/verify';
import { ArchiveError } from './error.ts';

/** Directory of the records, numbered from 1. */
export const PRUNINGS = 'pruned';

/** Path of a record inside the archive. */
export function pruningPath(number: number): string {
  return `${PRUNINGS}/${String(number).padStart(6, '0')}`;
}

/** The number of the record at a path, if it is one's. */
export function parsePruningPath(path: string): number | undefined {
  const match = /^pruned\/([0-9]{6})$/.exec(path);
  return match === null ? undefined : Number(match[1]);
}

/** Verifies a record of the archive. @throws ArchiveError `pruning-refused` */
export function readPruning(note: Uint8Array, trust: CheckpointTrust): PruningRecord {
  try {
    return openPruning(note, trust);
  } catch (cause) {
    if (!(cause instanceof VerifyError)) throw cause;
    throw new ArchiveError('pruning-refused', cause.message, { cause });
  }
}
