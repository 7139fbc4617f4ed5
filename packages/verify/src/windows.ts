import { type Point, sumPoints } from '@assay/field';
import type { SlotBody } from './registration.ts';
import type { Pin } from './registry.ts';

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
  referredBy: number | undefined;
  closing: Closing | undefined;
}

/** OPEN: its last slot is not over, or it still extends. INCOMPLETE: an intake has no closing. */
export type WindowState = 'OPEN' | 'INCOMPLETE' | 'READY' | 'PROVED';

/** One slot, or several consecutive ones, with its intakes in order of admission. */
export interface Window {
  readonly scope: string;
  /** Number of its last slot: its name. */
  readonly window: number;
  readonly from: number;
  readonly to: number;
  readonly state: WindowState;
  readonly intakes: readonly Intake[];
}

/** What a fairness statement over a window has to show. */
export interface ExpectedTally {
  readonly total: number;
  readonly tally: Point;
}

/** Groups a scope's intakes into windows (docs/spec/archive.md, section 4). `tMin` is read from the first intake's pin. */
export function windowsOf(
  scope: string,
  slots: readonly SlotBody[],
  intakes: readonly Intake[],
  now: number,
  tMin: (pin: Pin) => number,
  isProved: (window: number) => boolean,
): Window[] {
  const windows: Window[] = [];
  let from: number | undefined;
  let members: Intake[] = [];
  for (const slot of slots) {
    from ??= slot.from;
    members = members.concat(intakes.filter(({ receivedAt }) => receivedAt >= slot.from && receivedAt < slot.to));
    const over = now >= slot.to;
    const last = slot === slots.at(-1);
    const first = members[0];
    const enough = first !== undefined && members.length >= tMin(first.pin);
    if (!(over && enough) && !(last || !over)) continue;
    const state = over && enough ? stateOf(members, isProved(slot.slot)) : 'OPEN';
    windows.push({ scope, window: slot.slot, from, to: slot.to, state, intakes: members });
    from = undefined;
    members = [];
  }
  return windows;
}

/** Total and tally of a window: over all closings, or over the manual decisions alone. */
export function expectedTally(window: Window, manualOnly: boolean): ExpectedTally {
  const counted = window.intakes.filter(({ closing }) =>
    manualOnly ? closing?.kind === 'manual-decision' : closing !== undefined && closing.kind !== 'withdrawal',
  );
  return { total: counted.length, tally: sumPoints(counted.map(({ closing }) => closing!.tally)) };
}

function stateOf(intakes: readonly Intake[], proved: boolean): WindowState {
  if (proved) return 'PROVED';
  return intakes.every(({ closing }) => closing !== undefined) ? 'READY' : 'INCOMPLETE';
}
