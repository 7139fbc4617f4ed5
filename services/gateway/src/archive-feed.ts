import { type Bus, contextOfTrace, type StreamRecord } from '@assay/bus';
import { gateway, statement } from '@assay/contracts';
import { inTransaction } from '@assay/outbox';
import { type Logger, withSpan } from '@assay/telemetry';
import { ROOT_CONTEXT } from '@opentelemetry/api';
import type { Application } from './application.ts';
import { statementReference } from './application-message.ts';
import type { ApplicationChange, ApplicationStore } from './application-store.ts';
import { type ArchiveEvent, parseArchiveEvent } from './archive-event.ts';
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

/**
 * Follows the archive, until the signal aborts: states of applications, and the feed of events. Each message of the stream
 * takes effect once: what it changes and how far the stream was read are one transaction. A message whose application
 * cannot be told yet, because the prover does not answer, holds up those behind it, so that order is kept.
 */
export async function followArchive(options: ArchiveFeedOptions): Promise<void> {
  const { bus, bank, events, logger, signal, changes, retryMs = 200 } = options;
  const fromSeq = events.read.last + 1;
  for await (const record of bus.readStream({ bank, stream: 'ARCHIVE', fromSeq, signal })) {
    for (let attempt = 1; !signal.aborted; attempt++) {
      try {
        await take(record, options);
        break;
      } catch (error) {
        if (signal.aborted) return;
        logger.warn('archive event postponed', { sequence: record.seq, attempt, error });
        await changes.next('', signal, Math.min(MAX_RETRY_MS, retryMs * 2 ** Math.min(attempt - 1, 10)));
      }
    }
  }
}

async function take({ seq, event }: StreamRecord, options: ArchiveFeedOptions): Promise<void> {
  const { database, events, changes, logger } = options;
  const parsed = event && parseArchiveEvent(event.data);
  if (event === undefined || parsed === undefined) {
    logger.warn('archive event not understood', { stream: 'ARCHIVE', sequence: seq });
    inTransaction(database.db, () => events.saveRead(seq));
    return;
  }
  const owner = await ownerOf(parsed, options);
  const parent = owner === undefined ? ROOT_CONTEXT : contextOfTrace(owner.trace);
  const attributes = { 'assay.digest': parsed.digest, 'assay.bank': options.bank };
  await withSpan('archive event', { parent, attributes }, (span) => {
    if (owner !== undefined) span.set({ 'assay.application_id': owner.id });
    const change = owner && changeOf(parsed, owner);
    inTransaction(database.db, () => apply(seq, event.id, parsed, owner, change, options));
  });
  if (owner !== undefined) changes.changed(owner.id);
  changes.changed('events');
  if (parsed.kind === statement.StatementKind.CONFORMANCE || parsed.kind === statement.StatementKind.FAIRNESS) {
    changes.changed('operations');
  }
}

function apply(
  seq: number,
  id: string,
  parsed: ArchiveEvent,
  owner: Application | undefined,
  change: ApplicationChange | undefined,
  { events, store }: ArchiveFeedOptions,
): void {
  events.saveRead(seq);
  if (owner !== undefined && change !== undefined) {
    store.addStatement(owner.id, parsed.digest, parsed.kind);
    store.setResult(parsed);
    store.change(owner.id, change);
  }
  // Withdrawals and registrations are no statements.
  if (parsed.kind === UNSPECIFIED) return;
  const value = { statement: statementReference(parsed), applicationId: owner?.id ?? '', scope: parsed.scope };
  events.addFromStream(seq, id, { $case: 'statement', value });
}

/** The application that an event is about, up to date with the prover as far as the event needs it. */
async function ownerOf(parsed: ArchiveEvent, { store, sync }: ArchiveFeedOptions): Promise<Application | undefined> {
  const { kind, digest, subject } = parsed;
  const aboutOne = kind === ELIGIBILITY || kind === DECISION || kind === MANUAL_DECISION || parsed.isWithdrawal;
  if (!aboutOne) return undefined;
  const known = store.findByStatement(digest);
  // The outcome says whether a decision closes the application: it is there once the decision's digest is.
  if (known !== undefined) return known;
  return await sync.owner(digest, subject);
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
