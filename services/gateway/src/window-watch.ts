import type { gateway } from '@assay/contracts';
import { inTransaction, prepared } from '@assay/outbox';
import type { Logger } from '@assay/telemetry';
import type { Changes } from './changes.ts';
import type { Database } from './database.ts';
import type { EventStore } from './event-store.ts';
import type { WindowReader } from './window-reader.ts';

/** What the watch works with. */
export interface WindowWatchOptions {
  readonly database: Database;
  readonly windows: WindowReader;
  readonly events: EventStore;
  readonly changes: Changes;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  /** Milliseconds between looks. Default 15,000: computing windows costs the verifier. */
  readonly intervalMs?: number;
}

/** Adds an event to the feed whenever a window is seen in another state, until the signal aborts. */
export async function watchWindows(options: WindowWatchOptions): Promise<void> {
  const { changes, logger, signal, intervalMs = 15_000 } = options;
  while (!signal.aborted) {
    try {
      await look(options);
    } catch (error) {
      logger.warn('windows cannot be read', { component: 'verifier', error });
    }
    await changes.next('', signal, intervalMs);
  }
}

async function look({ database, windows, events, changes, signal }: WindowWatchOptions): Promise<void> {
  for (let pageToken = ''; !signal.aborted; ) {
    const page = await windows.list({ scope: '', states: [], pageSize: 200, pageToken });
    for (const window of page.windows) {
      if (inTransaction(database.db, () => note(window, database, events))) changes.changed('events');
    }
    pageToken = page.nextPageToken;
    if (pageToken === '') return;
  }
}

/** Keeps a window's state; true when it is another than before. */
function note({ scope, number, state }: gateway.Window, { db }: Database, events: EventStore): boolean {
  const known = prepared(db, 'SELECT state FROM windows WHERE scope = ? AND number = ?').get(scope, number);
  if (known?.state === state) return false;
  prepared(
    db,
    'INSERT INTO windows VALUES (?, ?, ?) ON CONFLICT (scope, number) DO UPDATE SET state = excluded.state',
  ).run(scope, number, state);
  const { seq, sub } = events.last;
  events.addObserved(`window:${seq}:${sub + 1}`, { $case: 'window', value: { scope, number, state } });
  return true;
}
