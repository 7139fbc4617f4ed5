import {
  type ArchiveResult,
  archiveSubject,
  type BusEvent,
  contextOfTrace,
  newEvent,
  type TraceContext,
} from '@assay/bus';
import { bankOfScope } from '@assay/verify';
import type { Context } from '@opentelemetry/api';
import type { Archivist } from './archivist.ts';
import { archivedData, pendingData, type Waiting } from './event-data.ts';
import { findByIndex, type IndexedStatement } from './statement-index.ts';
import { slotOf } from './statement-messages.ts';

/** Type of the event that says what became of an envelope. */
export const ARCHIVE_EVENT_TYPE = 'urn:assay:archive:v1';

/** Publishes an event below `context`; resolves once the bus has stored it. */
export type Publish = (event: BusEvent, context: Context) => Promise<unknown>;

/**
 * Tells the bus what became of envelopes. Every entry is announced once it is on disk, in the order of the log, at least
 * once: how far is kept in the work store, so that what a crash kept back is announced at the next start. An event's id is
 * made of digest and result, by which the bus drops repetitions.
 */
export class Announcer {
  readonly #archivist: Archivist;
  readonly #banks: readonly string[];
  readonly #publish: Publish;
  #last: Promise<void> = Promise.resolve();

  constructor(archivist: Archivist, banks: readonly string[], publish: Publish) {
    this.#archivist = archivist;
    this.#banks = banks;
    this.#publish = publish;
  }

  /** Announces every entry that has not been. @throws what publishing throws; the entry is tried again by the next call */
  catchUp(): Promise<void> {
    const done = this.#last.then(() => this.#catchUp());
    this.#last = done.catch(() => undefined); // The caller has the error.
    return done;
  }

  /** Announces an entry again, for an envelope that came again. */
  async repeat(row: IndexedStatement, context: Context): Promise<void> {
    const slot = slotOf(row);
    for (const bank of this.#banksOf(row)) await this.#publish(archivedEvent(bank, row, slot), context);
  }

  /** Says that an envelope waits. */
  async announcePending(bank: string, waiting: Waiting, context: Context): Promise<void> {
    await this.#publish(pendingEvent(bank, waiting), context);
  }

  async #catchUp(): Promise<void> {
    const { work, archive, index } = this.#archivist;
    const from = work.announcedBelow;
    const to = archive.size;
    let next = from;
    try {
      for (; next < to; next++) {
        const row = findByIndex(index.db, next)!;
        await this.repeat(row, contextOfTrace(this.#traceOf(row)));
        this.#archivist.traces.delete(next);
      }
    } finally {
      if (next > from) work.announced(next);
    }
  }

  #traceOf({ index, digest }: IndexedStatement): TraceContext | undefined {
    return this.#archivist.traces.get(index) ?? this.#archivist.work.traceOf(digest);
  }

  /** A registration that concerns no single bank goes to all of them. */
  #banksOf({ bank, scope }: IndexedStatement): readonly string[] {
    const only = bank ?? (scope === null ? null : bankOfScope(scope));
    return only === null ? this.#banks : this.#banks.filter((known) => known === only);
  }
}

function archivedEvent(bank: string, row: IndexedStatement, slot: number | undefined): BusEvent {
  const { result, ...rest } = archivedData(row, slot);
  return event(bank, result, row.digest, rest);
}

function pendingEvent(bank: string, waiting: Waiting): BusEvent {
  const { result, digest, ...rest } = pendingData(waiting);
  return event(bank, result, digest, rest);
}

function event(bank: string, result: ArchiveResult, digest: string, rest: object): BusEvent {
  return newEvent({
    id: `${digest}:${result}`,
    source: 'urn:assay:verifier',
    type: ARCHIVE_EVENT_TYPE,
    subject: archiveSubject(bank, result),
    about: digest,
    contentType: 'application/json',
    data: new TextEncoder().encode(JSON.stringify({ v: 1, result, digest, bank, ...rest })),
  });
}
