import { type Bus, type BusEvent, deadLetterSubject, readDeadLetter } from '@assay/bus';
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
/** States in which the job of an application has not made both of its proofs. */
const AWAITING_PROOFS: ReadonlySet<gateway.ApplicationState> = new Set([
  gateway.ApplicationState.SUBMITTED,
  gateway.ApplicationState.INTAKE_PROVED,
  gateway.ApplicationState.ADMITTED,
]);
/** Waits before a letter is tried again, in milliseconds: doubling from the first to the last. */
const FIRST_RETRY_MS = 200;
const LAST_RETRY_MS = 10_000;

/**
 * Follows the jobs that the prover gave up, until the signal aborts: an application that cannot be proved, or decided, is rejected; a
 * manual decision or withdrawal that could not be carried out may be asked for again. All are read anew at each start, which
 * changes nothing: an application that has moved on is left as it is. What cannot be noted is tried again before the next.
 */
export async function followDeadLetters(options: DeadLetterFeedOptions): Promise<void> {
  const { bus, bank, changes, logger, signal } = options;
  const filter = KINDS.map((kind) => deadLetterSubject({ bank, channel: 'job', kind }));
  for await (const { seq, event } of bus.readStream({ bank, stream: 'DLQ', filter, signal })) {
    for (let attempt = 1; !signal.aborted; attempt++) {
      try {
        take(event, options);
        break;
      } catch (error) {
        logger.warn('dead letter postponed', { sequence: seq, attempt, error });
        await changes.next('', signal, Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(attempt - 1, 10)));
      }
    }
  }
}

function take(event: BusEvent | undefined, { database, store, changes, logger }: DeadLetterFeedOptions): void {
  const letter = event && readDeadLetter(event);
  // The event that was given up: `<application>`, or `<application>.<pending>`.
  const [id = '', ...rest] = event?.about?.split('.') ?? [];
  const request = rest.join('.');
  const application = store.find(id);
  if (letter === undefined || application === undefined) return;
  const reason = gateway.RejectionReason.PROVING_FAILED;
  const rejected = {
    state: gateway.ApplicationState.REJECTED,
    rejection: { reason, failedCheck: '', code: letter.reason },
  };
  const change = request === '' ? rejected : { pending: null };
  const isOpen = request === '' ? AWAITING_PROOFS.has(application.state) : application.pending === request;
  const changed = inTransaction(database.db, () => {
    // Given up is given up: its job is not published again.
    database.outbox.markArchived(event?.about ?? '', new Uint8Array());
    return isOpen && store.change(id, change);
  });
  if (!changed) return;
  logger.warn('job given up', { applicationId: id, reason: letter.reason });
  changes.changed(id);
}
