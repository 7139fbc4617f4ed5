import type { Logger } from '@assay/telemetry';
import type { Application } from './application.ts';
import type { ApplicationStore } from './application-store.ts';
import type { Changes } from './changes.ts';
import type { ProverSync } from './prover-sync.ts';

/** What polling works with. */
export interface ProverPollOptions {
  readonly store: ApplicationStore;
  readonly sync: ProverSync;
  readonly changes: Changes;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  /** Milliseconds between rounds while something is awaited. Default 500. */
  readonly intervalMs?: number;
}

/** Rounds without news after which an application is asked about: what goes well is heard from the archive before. */
const QUIET_ROUNDS = 2;
/** Asked in each round: so many of the oldest, of which news is likeliest, and so many of the others in turn. */
const OLDEST = 8;
const OTHERS = 8;

/**
 * Asks the prover about applications that wait for it, until the signal aborts. What is archived is heard from the archive
 * at once; this is for what is not: refusals, and how far a proof has come.
 */
export async function pollProver(options: ProverPollOptions): Promise<void> {
  const { store, sync, changes, logger, signal, intervalMs = 500 } = options;
  let turn = 0;
  while (!signal.aborted) {
    const submitted = changes.next('submitted', signal);
    const waiting = store.awaitingProver();
    if (waiting.length === 0) {
      await submitted;
      continue;
    }
    try {
      const quiet = waiting.filter(({ updatedAt }) => updatedAt <= Date.now() - QUIET_ROUNDS * intervalMs);
      if (quiet.length > 0) await sync.refresh(chosen(quiet, turn).map(({ id }) => id));
    } catch (error) {
      logger.warn('prover cannot be asked', { component: 'kyc-prover', error });
    }
    turn += OTHERS;
    await changes.next('', signal, intervalMs);
  }
}

function chosen(waiting: readonly Application[], turn: number): readonly Application[] {
  if (waiting.length <= OLDEST + OTHERS) return waiting;
  const others = waiting.slice(OLDEST);
  return [
    ...waiting.slice(0, OLDEST),
    ...Array.from({ length: OTHERS }, (_, i) => others[(turn + i) % others.length]!),
  ];
}
