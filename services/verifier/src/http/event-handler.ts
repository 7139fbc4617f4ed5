import type { EventStreams, Handler, ServerEvent } from '@assay/http';
import { bankOfScope } from '@assay/verify';
import type { Archivist, Listener } from '../archivist.ts';
import { archivedData, pendingData } from '../event-data.ts';
import { findByIndex, type IndexedStatement } from '../statement-index.ts';
import { slotOf } from '../statement-messages.ts';

/** Waiting envelopes that a slow reader may be behind with; older ones are dropped: they are told of once more when they are decided. */
const MOST_WAITING = 1000;

/** What becomes of envelopes, as it happens: the events of the bus, from any leaf index on. */
export function eventHandler(archivist: Archivist, streams: EventStreams) {
  return {
    streamEvents: (input) => {
      const last = input.optionalInteger('Last-Event-ID') ?? input.optionalInteger('after');
      const bank = input.optionalText('bank');
      const from = last === undefined ? archivist.index.size : last + 1;
      return streams.respond((signal) => archiveEvents(archivist, from, bank, signal));
    },
  } satisfies Readonly<Record<string, Handler>>;
}

async function* archiveEvents(
  archivist: Archivist,
  from: number,
  bank: string | undefined,
  signal: AbortSignal,
): AsyncGenerator<ServerEvent> {
  let changed = Promise.withResolvers<void>();
  const waiting: ServerEvent[] = [];
  const listener: Listener = (waits) => {
    if (waits !== undefined && isOf(waits.bank, bank)) {
      const data = { v: 1, ...(waits.bank !== undefined && { bank: waits.bank }), ...pendingData(waits.waiting) };
      waiting.push({ event: 'pending', data: JSON.stringify(data) });
      if (waiting.length > MOST_WAITING) waiting.shift();
    }
    changed.resolve();
  };
  const stop = archivist.listen(listener);
  signal.addEventListener('abort', () => changed.resolve());
  try {
    for (let next = from; !signal.aborted; ) {
      changed = Promise.withResolvers<void>();
      for (; next < archivist.index.size && !signal.aborted; next++) {
        const row = findByIndex(archivist.index.db, next)!;
        if (isOf(bankOfRow(row), bank)) yield archivedEvent(row);
      }
      yield* waiting.splice(0);
      if (next >= archivist.index.size && waiting.length === 0 && !signal.aborted) await changed.promise;
    }
  } finally {
    stop();
  }
}

function archivedEvent(row: IndexedStatement): ServerEvent {
  const { result, ...rest } = archivedData(row, slotOf(row));
  const bank = bankOfRow(row);
  const data = { v: 1, result, digest: row.digest, ...(bank !== undefined && { bank }), ...rest };
  return { id: String(row.index), event: result, data: JSON.stringify(data) };
}

function bankOfRow({ bank, scope }: IndexedStatement): string | undefined {
  return bank ?? (scope === null ? undefined : bankOfScope(scope));
}

/** What concerns no single bank concerns each. */
function isOf(bank: string | undefined, wanted: string | undefined): boolean {
  return wanted === undefined || bank === undefined || bank === wanted;
}
