import { type Bus, deadLetterSubject, readDeadLetter } from '@assay/bus';
import { gateway } from '@assay/contracts';
import { inTransaction } from '@assay/outbox';
import type { Logger } from '@assay/telemetry';
import type { ApplicationStore } from './application-store.ts';
import type { Changes } from './changes.ts';
import type { Database } from './database.ts';

/** What the feed works with. */
export interface DeadLetterFeedOptions {
  readonly bus: Bus;
  readonly bank: string;
  readonly database: Database;
  readonly store: ApplicationStore;
  readonly changes: Changes;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

const KINDS = ['application', 'manual-decision', 'withdrawal'] as const;

/**
 * Follows the jobs that the prover gave up, until the signal aborts: an application that cannot be proved is rejected; a
 * decision or withdrawal that could not be carried out may be asked for again. All are read anew at each start, which
 * changes nothing: an application that has moved on is left as it is.
 */
export async function followDeadLetters(options: DeadLetterFeedOptions): Promise<void> {
  const { bus, bank, database, store, changes, logger, signal } = options;
  const filter = KINDS.map((kind) => deadLetterSubject({ bank, channel: 'job', kind }));
  for await (const { event } of bus.readStream({ bank, stream: 'DLQ', filter, signal })) {
    const letter = event && readDeadLetter(event);
    // The event that was given up: `<application>`, or `<application>.<pending>`.
    const [id = '', ...rest] = event?.about?.split('.') ?? [];
    const request = rest.join('.');
    const application = store.find(id);
    if (letter === undefined || application === undefined) continue;
    const reason = gateway.RejectionReason.PROVING_FAILED;
    const rejected = {
      state: gateway.ApplicationState.REJECTED,
      rejection: { reason, failedCheck: '', code: letter.reason },
    };
    const change = request === '' ? rejected : { pending: null };
    const isOpen =
      request === '' ? application.state === gateway.ApplicationState.SUBMITTED : application.pending === request;
    const changed = inTransaction(database.db, () => {
      // Given up is given up: its job is not published again.
      database.outbox.markArchived(event?.about ?? '', new Uint8Array());
      return isOpen && store.change(id, change);
    });
    if (!changed) continue;
    logger.warn('job given up', { applicationId: id, reason: letter.reason });
    changes.changed(id);
  }
}
