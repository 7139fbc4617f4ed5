import type { Archive } from '@assay/archive';
import { decodeEntry, type Intake, type Ledger, type PrunedBlob, type Window } from '@assay/verify';
import { type Retention, retentionOf } from './retention.ts';

/** What may be removed, and what is to be removed. */
export interface PruneOptions {
  readonly archive: Archive;
  /** The archive's entries, added up. */
  readonly ledger: Ledger;
  readonly retention: Retention;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/**
 * Removes the envelopes whose retention has ended. Those of a window's intakes go together with what closed them, once the retention of
 * the last one has ended: a window of which a part is left could not be added up, nor could it be told from one that was tampered with. A
 * fairness statement goes with its window or after it. What lies in no window that is over is kept.
 *
 * @returns how many blobs were removed; the ledger no longer fits the archive when there were any
 */
export async function pruneDue({ archive, ledger, retention, now }: PruneOptions): Promise<number> {
  const due: PrunedBlob[] = [];
  for (const { scope } of ledger.registry.scopes()) {
    for (const window of ledger.windows(scope, now)) {
      if (window.state === 'OPEN') continue;
      const intakes = await blobsOf(archive, retention, window, window.intakes.flatMap(entriesOf));
      if (intakes.some(({ until }) => until > now)) continue;
      const proofs = ledger.fairness(scope).filter((known) => known.window === window.window);
      const statements = await blobsOf(
        archive,
        retention,
        window,
        proofs.map(({ index }) => index),
      );
      due.push(...intakes, ...statements.filter(({ until }) => until <= now));
    }
  }
  return due.length === 0 ? 0 : await archive.prune({ prunedAt: now, blobs: due });
}

/** Leaf indices of an intake and of what was said about it. */
function entriesOf({ index, referredBy, closing }: Intake): readonly number[] {
  return [index, referredBy, closing?.index].filter((at): at is number => at !== undefined);
}

async function blobsOf(
  archive: Archive,
  retention: Retention,
  { scope, window }: Window,
  indices: readonly number[],
): Promise<readonly PrunedBlob[]> {
  const blobs: PrunedBlob[] = [];
  for (const index of indices) {
    const entry = decodeEntry(await archive.entry(index));
    const { name, until } = retentionOf(retention, entry)!;
    for (const digest of [entry.payload.sha256, ...(entry.attachments ?? [])]) {
      blobs.push({ index, digest, retentionClass: name, until, scope, window });
    }
  }
  return blobs;
}
