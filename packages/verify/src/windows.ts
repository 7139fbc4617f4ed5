import type { Point } from '@assay/field';
import type { Pin } from './registry.ts';
import type { SlotAccount } from './slot-account.ts';

/** How an intake ended. */
export type ClosingKind = 'decision' | 'manual-decision' | 'withdrawal';

/** The entry that ended an intake; a withdrawal's tally is the identity. */
export interface Closing {
  readonly kind: ClosingKind;
  readonly index: number;
  readonly receivedAt: number;
  readonly tally: Point;
}

/** An admitted eligibility statement and what became of it. */
export interface Intake {
  readonly index: number;
  readonly receivedAt: number;
  readonly bank: string;
  readonly scope: string;
  readonly applicantCommitment: bigint;
  readonly eligibilityCommitment: bigint;
  readonly pin: Pin;
  /** Leaf index of the decision that referred it. */
  readonly referredBy: number | undefined;
  readonly closing: Closing | undefined;
}

/**
 * OPEN: its last slot is not over, or it still extends. INCOMPLETE: an intake has no closing. PRUNED: its envelopes were removed when
 * their retention ended; what they said is not known here.
 */
export type WindowState = 'OPEN' | 'INCOMPLETE' | 'READY' | 'PROVED' | 'PRUNED';

/** How many intakes of a window there are, and of these, how many are open, were referred, and ended how. */
export interface WindowCounts {
  readonly intakes: number;
  readonly open: number;
  readonly referred: number;
  readonly manual: number;
  readonly withdrawn: number;
}

/** What a fairness statement over a window has to show. */
export interface ExpectedTally {
  readonly total: number;
  readonly tally: Point;
}

/** One slot, or several consecutive ones, with its intakes in order of admission. */
export interface Window {
  readonly scope: string;
  /** Number of its last slot: its name. */
  readonly window: number;
  readonly from: number;
  readonly to: number;
  readonly state: WindowState;
  readonly counts: WindowCounts;
  readonly intakes: readonly Intake[];
  /** The first of them, to whose pin all are held in what a window may not change. */
  readonly firstIntake: Intake | undefined;
  /** Its slots' accounts. */
  readonly accounts: readonly SlotAccount[];
}
