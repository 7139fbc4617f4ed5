import { IDENTITY, type Point, sumPoints } from '@assay/field';
import type { SlotBody } from './registration.ts';
import type { ClosingKind, ExpectedTally, Window, WindowCounts } from './windows.ts';

/** Sum of points that are added one by one and asked for rarely: what came since the last time is added then. */
class RunningSum {
  #sum: Point = IDENTITY;
  #added: Point[] = [];

  add(point: Point): void {
    this.#added.push(point);
  }

  get value(): Point {
    if (this.#added.length > 0) {
      this.#sum = sumPoints([this.#sum, ...this.#added]);
      this.#added = [];
    }
    return this.#sum;
  }
}

/** What the intakes of one slot add up to, kept as they come: listing windows never goes through the intakes. */
export class SlotAccount {
  readonly slot: SlotBody;
  #intakes = 0;
  #closed = 0;
  #referred = 0;
  #manual = 0;
  #withdrawn = 0;
  readonly #all = new RunningSum();
  readonly #manualOnly = new RunningSum();

  constructor(slot: SlotBody) {
    this.slot = slot;
  }

  get counts(): WindowCounts {
    return {
      intakes: this.#intakes,
      open: this.#intakes - this.#closed,
      referred: this.#referred,
      manual: this.#manual,
      withdrawn: this.#withdrawn,
    };
  }

  admit(): void {
    this.#intakes++;
  }

  refer(): void {
    this.#referred++;
  }

  close(kind: ClosingKind, tally: Point): void {
    this.#closed++;
    if (kind === 'withdrawal') {
      this.#withdrawn++;
      return;
    }
    this.#all.add(tally);
    if (kind !== 'manual-decision') return;
    this.#manual++;
    this.#manualOnly.add(tally);
  }

  /** Sum of the closings' tallies: of all, or of the manual decisions alone. */
  tally(manualOnly: boolean): Point {
    return (manualOnly ? this.#manualOnly : this.#all).value;
  }
}

export const NO_COUNTS: WindowCounts = { intakes: 0, open: 0, referred: 0, manual: 0, withdrawn: 0 };

export function addCounts(a: WindowCounts, b: WindowCounts): WindowCounts {
  return {
    intakes: a.intakes + b.intakes,
    open: a.open + b.open,
    referred: a.referred + b.referred,
    manual: a.manual + b.manual,
    withdrawn: a.withdrawn + b.withdrawn,
  };
}

/** Total and tally of a window whose intakes are closed: over all closings, or over the manual decisions alone. */
export function expectedTally({ accounts, counts }: Window, manualOnly: boolean): ExpectedTally {
  const total = manualOnly ? counts.manual : counts.intakes - counts.open - counts.withdrawn;
  return { total, tally: sumPoints(accounts.map((account) => account.tally(manualOnly))) };
}
