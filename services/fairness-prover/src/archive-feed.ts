import { archiveSubject, type Bus } from '@assay/bus';
import type { Logger } from '@assay/telemetry';
import { OperationFailure } from './operation-failure.ts';
import type { OperationStore } from './operation-store.ts';

/** What the feed works with. */
export interface ArchiveFeedOptions {
  readonly bus: Bus;
  readonly bank: string;
  readonly store: OperationStore;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

const STREAM = 'ARCHIVE';
/** Events of others are read again after a restart, at most so many. */
const SAVE_EVERY = 64;

/** Ends operations as the verifier says what became of their envelopes, until the signal aborts. */
export async function followArchive({ bus, bank, store, logger, signal }: ArchiveFeedOptions): Promise<void> {
  const filter = [archiveSubject(bank, 'accepted'), archiveSubject(bank, 'rejected')];
  const fromSeq = store.position(STREAM) + 1;
  for await (const { seq, event } of bus.readStream({ bank, stream: STREAM, fromSeq, filter, signal })) {
    const verdict = event && parseArchiveEvent(event.data);
    if (verdict === undefined) logger.warn('archive event not understood', { stream: STREAM, sequence: seq });
    const ours = verdict !== undefined && store.awaits(verdict.digest);
    if (ours) store.settle(verdict.digest, settlement(verdict));
    if (ours || seq % SAVE_EVERY === 0) store.savePosition(STREAM, seq);
  }
}

/** What became of an envelope. */
export interface ArchiveVerdict {
  readonly result: 'accepted' | 'rejected';
  /** Hex. */
  readonly digest: string;
  readonly index: number;
  /** Why it was refused; empty when it was not. */
  readonly code: string;
}

/** What an operation ends with. */
export function settlement({ result, index, code }: ArchiveVerdict): { index: number } | { refused: OperationFailure } {
  if (result === 'accepted') return { index };
  return { refused: new OperationFailure('ABORTED', code || 'VERIFIER_REFUSED', 'the verifier refused the statement') };
}

/** Reads the data of an event of the archive; `undefined` for what is none of an entry. */
export function parseArchiveEvent(data: Uint8Array): ArchiveVerdict | undefined {
  let value: Partial<Record<string, unknown>>;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(data)) as typeof value;
  } catch {
    return undefined; // The caller says where it was.
  }
  const { result, digest, index, code } = value ?? {};
  if (result !== 'accepted' && result !== 'rejected') return undefined;
  if (typeof digest !== 'string' || !/^[0-9a-f]{64}$/.test(digest)) return undefined;
  if (typeof index !== 'number' || !Number.isSafeInteger(index) || index < 0) return undefined;
  const named = typeof code === 'string' && /^[A-Z][A-Z0-9_]{0,63}$/.test(code);
  return { result, digest, index, code: named ? code : '' };
}
