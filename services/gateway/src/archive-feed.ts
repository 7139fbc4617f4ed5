import { type Bus, contextOfTrace, type StreamRecord } from '@assay/bus';
import { gateway, statement } from '@assay/contracts';
import { inTransaction } from '@assay/outbox';
import { type Logger, withSpan } from '@assay/telemetry';
import { ROOT_CONTEXT } from '@opentelemetry/api';
import type { Application } from './application.ts';
import { statementReference } from './application-message.ts';
import type { ApplicationChange, ApplicationStore } from './application-store.ts';
import { type ArchiveEvent, parseArchiveEvent } from './archive-event.ts';
import { bursts } from './bursts.ts';
import type { Changes } from './changes.ts';
import type { Database } from './database.ts';
import type { EventStore } from './event-store.ts';
import type { ProverSync } from './prover-sync.ts';

/** What the feed works with. */
export interface ArchiveFeedOptions {
  readonly bus: Bus;
  readonly bank: string;
  readonly database: Database;
  readonly store: ApplicationStore;
  readonly events: EventStore;
  readonly sync: ProverSync;
  readonly changes: Changes;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  /** First wait before an event is tried again, in milliseconds; doubles up to 10 s. Default 200. */
  readonly retryMs?: number;
}

const { ADMITTED, REFERRED, CLOSED, WITHDRAWN, REJECTED } = gateway.ApplicationState;
const { ELIGIBILITY, DECISION, MANUAL_DECISION, UNSPECIFIED } = statement.StatementKind;
const { ACCEPTED, PENDING } = statement.ArchiveResult;
const MAX_RETRY_MS = 10_000;

/** Codes of the verifier that say that the applicant is in the archive already. */
const DUPLICATES: ReadonlySet<string> = new Set(['DUPLICATE_APPLICANT', 'DUPLICATE_NULLIFIER', 'DUPLICATE_CREDENTIAL']);

/** What comes within so many milliseconds of an event is taken with it: one question to the prover, and one transaction. */
const BURST = { lingerMs: 10, most: 64 };

/**
 * Follows the archive, until the signal aborts: states of applications, and the feed of events. Each message of the stream
 * takes effect once: what it changes and how far the stream was read are one transaction. A message whose application
 * cannot be told yet, because the prover does not answer, holds up those behind it, so that order is kept.
 */
export async function followArchive(options: ArchiveFeedOptions): Promise<void> {
  const { bus, bank, events, logger, signal, changes, retryMs = 200 } = options;
  const fromSeq = events.read.last + 1;
  for await (const burst of bursts(bus.readStream({ bank, stream: 'ARCHIVE', fromSeq, signal }), BURST)) {
    for (let attempt = 1; !signal.aborted; attempt++) {
      try {
        await take(burst, options);
        break;
      } catch (error) {
        if (signal.aborted) return;
        logger.warn('archive event postponed', { sequence: burst[0]!.seq, attempt, error });
        await changes.next('', signal, Math.min(MAX_RETRY_MS, retryMs * 2 ** Math.min(attempt - 1, 10)));
      }
    }
  }
}

/** An event that was understood, with its place in the stream and its id. */
interface Heard {
  readonly seq: number;
  readonly id: string;
  readonly event: ArchiveEvent;
}

/** The same with the application that it is about, if it is about one that is known here: with its outcome, once the decision's digest is. */
interface Owned extends Heard {
  readonly owner: Application | undefined;
}

async function take(burst: readonly StreamRecord[], options: ArchiveFeedOptions): Promise<void> {
  const { database, events, sync, changes, logger } = options;
  const heard = burst.flatMap((record) => understood(record, logger));
  const unknown = heard.filter(({ event }) => isAboutOne(event) && ownerOf(event, options) === undefined);
  if (unknown.length > 0) await sync.refreshOwners(unknown.map(({ event }) => event.digest));

  const owned = heard.map((one): Owned => ({ ...one, owner: ownerOf(one.event, options) }));
  const stored = Promise.withResolvers<void>();
  const traced = owned.map((one) => inTrace(one, stored.promise, options));
  try {
    inTransaction(database.db, () => {
      for (const { seq } of burst) events.saveRead(seq);
      for (const one of owned) apply(one, options);
    });
    stored.resolve();
  } catch (error) {
    stored.reject(error);
  }
  await Promise.all([stored.promise, ...traced]);

  for (const { owner } of owned) if (owner !== undefined) changes.changed(owner.id);
  if (owned.length > 0) changes.changed('events');
  const { CONFORMANCE, FAIRNESS } = statement.StatementKind;
  if (owned.some(({ event: { kind } }) => kind === CONFORMANCE || kind === FAIRNESS)) changes.changed('operations');
}

function understood({ seq, event }: StreamRecord, logger: Logger): Heard[] {
  const parsed = event && parseArchiveEvent(event.data);
  if (event !== undefined && parsed !== undefined) return [{ seq, id: event.id, event: parsed }];
  logger.warn('archive event not understood', { stream: 'ARCHIVE', sequence: seq });
  return [];
}

/** A span in the trace of the application that an event is about, until the event is stored. */
async function inTrace({ event, owner }: Owned, stored: Promise<void>, { bank }: ArchiveFeedOptions): Promise<void> {
  const parent = owner === undefined ? ROOT_CONTEXT : contextOfTrace(owner.trace);
  const attributes = {
    'assay.digest': event.digest,
    'assay.bank': bank,
    ...(owner !== undefined && { 'assay.application_id': owner.id }),
  };
  await withSpan('archive event', { parent, attributes }, () => stored);
}

function apply({ seq, id, event, owner }: Owned, { events, store }: ArchiveFeedOptions): void {
  if (owner !== undefined) {
    store.addStatement(owner.id, event.digest, event.kind);
    store.setResult(event);
    store.change(owner.id, changeOf(event, owner));
  }
  // Withdrawals and registrations are no statements.
  if (event.kind === UNSPECIFIED) return;
  const value = { statement: statementReference(event), applicationId: owner?.id ?? '', scope: event.scope };
  events.addFromStream(seq, id, { $case: 'statement', value });
}

function ownerOf(event: ArchiveEvent, { store }: ArchiveFeedOptions): Application | undefined {
  return isAboutOne(event) ? store.findByStatement(event.digest) : undefined;
}

function isAboutOne({ kind, isWithdrawal }: ArchiveEvent): boolean {
  return kind === ELIGIBILITY || kind === DECISION || kind === MANUAL_DECISION || isWithdrawal;
}

function changeOf(
  { result, kind, isWithdrawal, failedCheck, code, slot }: ArchiveEvent,
  owner: Application,
): ApplicationChange {
  if (result === PENDING) return {};
  if (result !== ACCEPTED) {
    const { ALREADY_ADMITTED, VERIFIER_REFUSED } = gateway.RejectionReason;
    const reason = DUPLICATES.has(code) ? ALREADY_ADMITTED : VERIFIER_REFUSED;
    return { state: REJECTED, rejection: { reason, failedCheck, code }, pending: null };
  }
  if (isWithdrawal) return { state: WITHDRAWN, pending: null };
  if (kind === MANUAL_DECISION) return { state: CLOSED, pending: null };
  const placed = slot === undefined ? {} : { slot };
  if (kind === ELIGIBILITY) return { ...placed, state: ADMITTED };
  return { ...placed, state: owner.outcome === gateway.Outcome.REFERRED ? REFERRED : CLOSED };
}
