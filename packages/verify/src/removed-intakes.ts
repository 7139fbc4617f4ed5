import { VerifyError } from './error.ts';
import type { Window } from './windows.ts';

/** An intake whose envelope was removed, as its entry and the record of its removal have it. */
export interface RemovedIntake {
  readonly index: number;
  readonly receivedAt: number;
  readonly scope: string;
  /** The window that it is said to have belonged to. */
  readonly window: number;
}

/**
 * Refuses intakes that were removed with another window than the one in which they were admitted: removed so, an intake would be missing
 * from a window that is said to be whole.
 *
 * @throws VerifyError `pruning` naming the entry
 */
export function requireOwnWindow(removed: readonly RemovedIntake[], { scope, window, from, to }: Window): void {
  for (const intake of removed) {
    if (intake.scope !== scope) continue;
    const isWithin = intake.receivedAt >= from && intake.receivedAt < to;
    if (isWithin !== (intake.window === window))
      throw new VerifyError('pruning', `entry ${intake.index}: was removed with a window in which it was not admitted`);
  }
}
