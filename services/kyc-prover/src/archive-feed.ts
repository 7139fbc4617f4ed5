import { ack, type Bus, type Consumption, type Delivery, dead, type Outcome } from '@assay/bus';
import type { Logger } from '@assay/telemetry';
import type { ApplicationStore } from './application-store.ts';
import type { ArchiveWord } from './archive-word.ts';
import type { RegistryReader } from './in-force.ts';

/** What the verifier says of an envelope. */
interface ArchiveEvent {
  readonly result: string;
  readonly digest: string;
  readonly index?: number;
  /** `registration` of one that was archived. */
  readonly kind?: string;
  readonly code?: string;
}

/** Follows the archive: what it holds needs no republishing, and what it refused ends the application. */
export async function followArchive(
  bus: Bus,
  bank: string,
  store: ApplicationStore,
  word: ArchiveWord,
  registry: Pick<RegistryReader, 'changed'>,
  logger: Logger,
): Promise<Consumption> {
  return await bus.consume({ bank, stream: 'ARCHIVE', durable: 'kyc-prover', maxDeliver: Infinity }, async (delivery) =>
    handle(delivery, store, word, registry, logger),
  );
}

function handle(
  { event }: Delivery,
  store: ApplicationStore,
  word: ArchiveWord,
  registry: Pick<RegistryReader, 'changed'>,
  logger: Logger,
): Outcome {
  const parsed = parse(event.data);
  if (parsed === undefined) return dead('ARCHIVE_EVENT_MALFORMED');
  const { digest, result, kind, code = '' } = parsed;
  if (kind === 'registration') registry.changed();
  const application = store.findByStatement(digest);
  if (application === undefined || result === 'pending') return ack;
  store.outbox.markArchived(digest, event.data);
  if (result === 'rejected') {
    store.reject(application.id, application.scope, { reason: 'VERIFIER_REFUSED', code }, application.trace);
    logger.warn('statement rejected', { applicationId: application.id, digest, code });
  }
  word.said(digest);
  return ack;
}

function parse(data: Uint8Array): ArchiveEvent | undefined {
  try {
    const value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(data)) as Partial<ArchiveEvent>;
    return typeof value.result === 'string' && typeof value.digest === 'string' ? (value as ArchiveEvent) : undefined;
  } catch {
    return undefined; // Said by the dead letter's reason.
  }
}
