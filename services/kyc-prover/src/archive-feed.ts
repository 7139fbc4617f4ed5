import { setTimeout as delay } from 'node:timers/promises';
import { archiveSubject, type Bus, contextOfTrace, type StreamRecord } from '@assay/bus';
import { type Logger, withSpan } from '@assay/telemetry';
import type { ApplicationStore } from './application-store.ts';
import type { ArchiveWord } from './archive-word.ts';
import type { RegistryReader } from './in-force.ts';

/** What the feed works with. */
export interface ArchiveFeedOptions {
  readonly bus: Bus;
  readonly bank: string;
  readonly store: ApplicationStore;
  readonly word: ArchiveWord;
  readonly registry: Pick<RegistryReader, 'changed'>;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/** What the verifier says of an envelope. */
interface ArchiveEvent {
  readonly result: string;
  readonly digest: string;
  readonly index?: number;
  /** `registration` of one that was archived. */
  readonly kind?: string;
  readonly code?: string;
}

const STREAM = 'ARCHIVE';
/** Events of others are read again after a restart, at most so many. */
const SAVE_EVERY = 64;
const RETRY_MS = 1_000;

/**
 * Follows the archive, until the signal aborts: what it holds needs no republishing, and what it refused ends the application. What an
 * event changes and how far the stream was read are one transaction.
 */
export async function followArchive(options: ArchiveFeedOptions): Promise<void> {
  const { bus, bank, store, logger, signal } = options;
  const filter = [archiveSubject(bank, 'accepted'), archiveSubject(bank, 'rejected')];
  const fromSeq = store.position(STREAM) + 1;
  for await (const record of bus.readStream({ bank, stream: STREAM, fromSeq, filter, signal })) {
    for (let taken = false; !taken && !signal.aborted; ) {
      try {
        await take(record, options);
        taken = true;
      } catch (error) {
        logger.error('archive event postponed', { sequence: record.seq, error });
        await delay(RETRY_MS, undefined, { signal }).catch(() => undefined); // The loop ends then.
      }
    }
  }
}

async function take({ seq, event }: StreamRecord, options: ArchiveFeedOptions): Promise<void> {
  const { store, word, registry, logger } = options;
  const parsed = event && parse(event.data);
  if (event === undefined || parsed === undefined) logger.warn('archive event not understood', { sequence: seq });
  if (parsed?.kind === 'registration') registry.changed();
  const application = parsed && store.findByStatement(parsed.digest);
  if (event === undefined || parsed === undefined || application === undefined) {
    if (seq % SAVE_EVERY === 0) store.savePosition(STREAM, seq);
    return;
  }
  const { digest, result, code = '' } = parsed;
  const { id: applicationId, trace } = application;
  const attributes = { 'assay.digest': digest, 'assay.application_id': applicationId };
  await withSpan('archive event', { parent: contextOfTrace(trace), attributes }, () => {
    const rejection = result === 'rejected' ? { reason: 'VERIFIER_REFUSED', code } : undefined;
    store.settle({ digest, receipt: event.data, application, rejection }, { stream: STREAM, seq });
    if (rejection !== undefined) logger.warn('statement rejected', { applicationId, digest, code });
  });
  word.said(digest);
}

function parse(data: Uint8Array): ArchiveEvent | undefined {
  try {
    const value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(data)) as Partial<ArchiveEvent>;
    return typeof value.result === 'string' && typeof value.digest === 'string' ? (value as ArchiveEvent) : undefined;
  } catch {
    return undefined; // The caller says where it was.
  }
}
