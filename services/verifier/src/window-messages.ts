import { verifier, window as windows } from '@assay/contracts';
import { expectedTally, type Intake, isOverdue, type Window, type WindowState } from '@assay/verify';
import type { Archivist } from './archivist.ts';
import { findByIndex } from './statement-index.ts';
import { archivedReference, verdictMessages } from './statement-messages.ts';

const STATES: Readonly<Record<WindowState, windows.WindowState>> = {
  OPEN: windows.WindowState.OPEN,
  INCOMPLETE: windows.WindowState.INCOMPLETE,
  READY: windows.WindowState.READY,
  PROVED: windows.WindowState.PROVED,
  // The contract has no word for a window whose envelopes were removed.
  PRUNED: windows.WindowState.UNSPECIFIED,
};

const CLOSINGS = {
  decision: verifier.ClosingKind.DECISION,
  'manual-decision': verifier.ClosingKind.MANUAL_DECISION,
  withdrawal: verifier.ClosingKind.WITHDRAWAL,
} as const;

/** The contract's name of a window's state. */
export function stateMessage(state: WindowState): windows.WindowState {
  return STATES[state];
}

/** A window as the contract shows it: sizes and tallies, nothing by group. */
export function windowMessage(archivist: Archivist, window: Window): verifier.Window {
  const { ledger, index, archive } = archivist;
  const { counts } = window;
  const all = expectedTally(window, false).tally;
  const manual = expectedTally(window, true).tally;
  const now = archivist.now();
  return {
    scope: window.scope,
    number: window.window,
    period: { opensAt: new Date(window.from), closesAt: new Date(window.to) },
    state: STATES[window.state],
    overdue: counts.open > 0 && window.intakes.some((intake) => isOverdue(intake, now)),
    totals: {
      intakes: BigInt(counts.intakes),
      closed: BigInt(counts.intakes - counts.open),
      open: BigInt(counts.open),
      referred: BigInt(counts.referred),
      manual: BigInt(counts.manual),
      withdrawn: BigInt(counts.withdrawn),
    },
    tally: { x: String(all.x), y: String(all.y) },
    manualTally: { x: String(manual.x), y: String(manual.y) },
    fairness: ledger
      .fairness(window.scope)
      .filter((known) => known.window === window.window)
      .map((known) => ({
        manualOnly: known.manualOnly,
        statement: archivedReference(findByIndex(index.db, known.index)!),
        verdicts: verdictMessages(archivist, known.partitionsHash, known.verdicts.join('')),
      })),
    atSize: BigInt(archive.size),
  };
}

/** One intake of a window with what ended it. */
export function closingMessage(intake: Intake): verifier.Closing {
  const { closing, referredBy } = intake;
  return {
    applicantCommitment: String(intake.applicantCommitment),
    intakeIndex: BigInt(intake.index),
    kind: closing === undefined ? verifier.ClosingKind.UNSPECIFIED : CLOSINGS[closing.kind],
    ...(closing !== undefined && { closingIndex: BigInt(closing.index) }),
    ...(referredBy !== undefined && { referralIndex: BigInt(referredBy) }),
  };
}
