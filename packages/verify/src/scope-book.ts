import { deadlineOf } from './deadline.ts';
import type { SlotBody } from './registration.ts';
import { addCounts, NO_COUNTS, SlotAccount } from './slot-account.ts';
import type { Closing, Intake, Window, WindowCounts } from './windows.ts';

/** A fairness statement that the archive holds. */
export interface ArchivedFairness {
  readonly index: number;
  readonly window: number;
  readonly manualOnly: boolean;
  readonly verdicts: readonly number[];
  readonly partitionsHash: bigint;
}

/** An intake as the book keeps it. */
type Entry = { -readonly [K in keyof Intake]: Intake[K] };

/**
 * Intakes, slots and fairness statements of one scope, in the order in which they were archived. Receipt times never
 * decrease and slots leave no gap, so the intakes of a slot lie side by side.
 */
export class ScopeBook {
  readonly #intakes: Entry[] = [];
  readonly #accounts: SlotAccount[] = [];
  readonly #fairness: ArchivedFairness[] = [];
  readonly #proved = new Set<number>();
  /** Windows whose envelopes were removed, by number. */
  readonly #pruned = new Set<number>();
  /** Positions of the intakes without a closing, in order of admission, and of those that were closed late. */
  readonly #open = new Set<number>();
  readonly #late: number[] = [];

  get intakes(): readonly Intake[] {
    return this.#intakes;
  }

  get slots(): readonly SlotBody[] {
    return this.#accounts.map(({ slot }) => slot);
  }

  get lastSlot(): SlotBody | undefined {
    return this.#accounts.at(-1)?.slot;
  }

  get fairness(): readonly ArchivedFairness[] {
    return this.#fairness;
  }

  /** The slot in which a time lies. */
  slotAt(time: number): SlotBody | undefined {
    return this.#accountAt(time)?.slot;
  }

  /** The intakes that no closing has ended, in order of admission. */
  *openIntakes(): Generator<Intake> {
    for (const position of this.#open) yield this.#intakes[position]!;
  }

  /** The intakes that were closed past their deadline, in the order of their closings. */
  *lateIntakes(): Generator<Intake> {
    for (const position of this.#late) yield this.#intakes[position]!;
  }

  admit(intake: Intake): void {
    this.#open.add(this.#intakes.length);
    this.#intakes.push({ ...intake });
    this.#accountAt(intake.receivedAt)?.admit();
  }

  /** The intake at a position of `intakes`, for whoever keeps positions. */
  at(position: number): Intake | undefined {
    return this.#intakes[position];
  }

  refer(position: number, index: number): void {
    const intake = this.#intakes[position]!;
    intake.referredBy = index;
    this.#accountAt(intake.receivedAt)?.refer();
  }

  close(position: number, closing: Closing): void {
    const intake = this.#intakes[position]!;
    intake.closing = closing;
    this.#open.delete(position);
    if (closing.receivedAt > deadlineOf(intake)) this.#late.push(position);
    this.#accountAt(intake.receivedAt)?.close(closing.kind, closing.tally);
  }

  /** Adds the slot that follows the last one, with the intakes that lie in it already. */
  addSlot(slot: SlotBody): void {
    const account = new SlotAccount(slot);
    this.#accounts.push(account);
    for (const { referredBy, closing } of this.#between(slot.from, slot.to)) {
      account.admit();
      if (referredBy !== undefined) account.refer();
      if (closing !== undefined) account.close(closing.kind, closing.tally);
    }
  }

  addFairness(statement: ArchivedFairness): void {
    this.#fairness.push(statement);
    if (!statement.manualOnly) this.#proved.add(statement.window);
  }

  /** Notes that the envelopes of a window were removed. */
  prune(window: number): void {
    this.#pruned.add(window);
  }

  isPruned(window: number): boolean {
    return this.#pruned.has(window);
  }

  /**
   * The windows as they stand at `now` (docs/spec/archive.md, section 4), in order. `tMin` is read from the first intake's
   * pin: within a window no scope may change it.
   */
  windows(scope: string, now: number, tMin: (intake: Intake) => number): Window[] {
    const windows: Window[] = [];
    let accounts: SlotAccount[] = [];
    let counts = NO_COUNTS;
    for (const account of this.#accounts) {
      accounts.push(account);
      counts = addCounts(counts, account.counts);
      if (this.#pruned.has(account.slot.slot)) {
        windows.push(this.#window(scope, accounts, counts, 'PRUNED'));
        accounts = [];
        counts = NO_COUNTS;
        continue;
      }
      const { to } = account.slot;
      const { from } = accounts[0]!.slot;
      const ended = now >= to && counts.intakes > 0 && counts.intakes >= tMin(this.#intakes[this.#position(from)]!);
      const goesOn = !ended && now >= to && account !== this.#accounts.at(-1);
      if (goesOn) continue;
      const state = ended ? this.#stateOf(account.slot.slot, counts) : 'OPEN';
      windows.push(this.#window(scope, accounts, counts, state));
      accounts = [];
      counts = NO_COUNTS;
    }
    return windows;
  }

  #window(scope: string, accounts: readonly SlotAccount[], counts: WindowCounts, state: Window['state']): Window {
    const { from } = accounts[0]!.slot;
    const { to, slot } = accounts.at(-1)!.slot;
    const between = (): readonly Intake[] => this.#between(from, to);
    return {
      scope,
      window: slot,
      from,
      to,
      state,
      counts,
      accounts,
      get intakes() {
        return between();
      },
      firstIntake: counts.intakes > 0 ? this.#intakes[this.#position(from)] : undefined,
    };
  }

  #stateOf(window: number, { open }: WindowCounts): Window['state'] {
    if (this.#proved.has(window)) return 'PROVED';
    return open === 0 ? 'READY' : 'INCOMPLETE';
  }

  /** Intakes with `from <= receivedAt < to`. */
  #between(from: number, to: number): readonly Intake[] {
    return this.#intakes.slice(this.#position(from), this.#position(to));
  }

  /** Position of the first intake at `time` or later. */
  #position(time: number): number {
    return lowerBound(this.#intakes.length, (i) => this.#intakes[i]!.receivedAt >= time);
  }

  #accountAt(time: number): SlotAccount | undefined {
    const account = this.#accounts[lowerBound(this.#accounts.length, (i) => this.#accounts[i]!.slot.to > time)];
    return account !== undefined && account.slot.from <= time ? account : undefined;
  }
}

/** The first of `length` positions at which `holds`, which holds from some position on; `length` if at none. */
function lowerBound(length: number, holds: (position: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
