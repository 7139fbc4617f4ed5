import { parseVerifierKey } from '@assay/tlog';
import type { Entry } from '../entry.ts';
import { VerifyError } from '../error.ts';
import { openPruning, type PrunedBlob } from '../pruning.ts';
import type { RemovedIntake } from '../removed-intakes.ts';
import { PRUNABLE_KINDS, type PrunableKind, prunableKind } from '../retention.ts';
import type { Trust } from '../trust.ts';
import type { Evidence } from './evidence.ts';

/** A blob that was removed when its retention ended, and when: milliseconds since 1970. */
export interface RemovedBlob extends PrunedBlob {
  readonly prunedAt: number;
}

/** The envelopes that a bundle lacks because their retention had ended, as records of the log's key say. */
export interface RemovedEnvelopes {
  /** Those of the window, by what their entries say that they were. */
  readonly kinds: Readonly<Record<PrunableKind, number>>;
  /** Their classes of retention, and when they were removed, milliseconds since 1970: each once, ascending. */
  readonly classes: readonly string[];
  readonly at: readonly number[];
  /** How many of the range belonged to other windows. */
  readonly others: number;
}

/**
 * The blobs that signed records of the trusted log list, by hex digest.
 *
 * @throws VerifyError `pruning` where one is no record of this log
 */
export function removedBlobs(records: readonly Uint8Array[], { log }: Trust): ReadonlyMap<string, RemovedBlob> {
  const trust = { origin: log.origin, logKeys: [parseVerifierKey(log.verifierKey)] };
  const blobs = records.flatMap((note) => {
    const { prunedAt, blobs: listed } = openPruning(note, trust);
    return listed.map((blob) => ({ ...blob, prunedAt }));
  });
  return new Map(blobs.map((blob) => [blob.digest, blob]));
}

/** Whether a record lists one of these digests. @throws as `removedBlobs` */
export function listsAny(record: Uint8Array, digests: ReadonlySet<string>, trust: Trust): boolean {
  return [...removedBlobs([record], trust).keys()].some((digest) => digests.has(digest));
}

/** Whether a removed blob belonged to a window. */
export function isOfWindow(blob: RemovedBlob, { scope, window }: Pick<Evidence, 'scope' | 'window'>): boolean {
  return blob.scope === scope && blob.window === window;
}

/** The intakes among entries whose envelopes were removed. */
export function removedIntakes(
  entries: readonly Entry[],
  removed: ReadonlyMap<string, RemovedBlob>,
): readonly RemovedIntake[] {
  return entries
    .filter(({ statement }) => statement === 'eligibility')
    .map(({ payload, receivedAt }) => {
      const { index, scope, window } = removed.get(payload.sha256)!;
      return { index, receivedAt, scope, window };
    });
}

/** What went with the window lies in the range. @throws VerifyError `evidence` */
export function checkRemoved(evidence: Evidence, removed: ReadonlyMap<string, RemovedBlob>): void {
  for (const blob of removed.values()) {
    if (isOfWindow(blob, evidence) && (blob.index < evidence.from || blob.index >= evidence.to))
      throw new VerifyError('evidence', `entry ${blob.index}: was removed with the window, and is not in the range`);
  }
}

/** @param own entries of the window that lack their envelope @param others how many of other windows do */
export function countRemoved(
  own: readonly Entry[],
  others: number,
  removed: ReadonlyMap<string, RemovedBlob>,
): RemovedEnvelopes {
  const records = own.map(({ payload }) => removed.get(payload.sha256)!);
  const count = (kind: PrunableKind): number => own.filter((entry) => prunableKind(entry) === kind).length;
  return {
    kinds: Object.fromEntries(PRUNABLE_KINDS.map((kind) => [kind, count(kind)])) as Record<PrunableKind, number>,
    classes: [...new Set(records.map(({ retentionClass }) => retentionClass))].sort(),
    at: [...new Set(records.map(({ prunedAt }) => prunedAt))].sort((a, b) => a - b),
    others,
  };
}
