import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { SlotPeriod } from './describe-envelope.ts';

/** Admissions that are remembered at least: a closing comes soon after its intake. */
const REMEMBERED = 50_000;

/** Keeps the index's column of slots: an entry has the slot of its intake, which may be registered before it or after. */
export class SlotColumn {
  readonly #admission: StatementSync;
  readonly #find: StatementSync;
  readonly #add: StatementSync;
  readonly #fill: StatementSync;
  /** Admissions by commitment, those before the last {@link REMEMBERED}, and the slot that was found last: the log never changes them. */
  #admissions = new Map<string, number>();
  #earlier: ReadonlyMap<string, number> = new Map();
  #slot: SlotPeriod | undefined;

  constructor(db: DatabaseSync) {
    this.#admission = db.prepare('SELECT admitted_at FROM entries WHERE subject = ? ORDER BY leaf LIMIT 1');
    this.#find = db.prepare(
      'SELECT slot, since AS "from", before AS "to" FROM slots WHERE scope = ? AND since <= ? ORDER BY since DESC LIMIT 1',
    );
    this.#add = db.prepare('INSERT INTO slots VALUES (?, ?, ?, ?)');
    this.#fill = db.prepare(
      'UPDATE entries SET slot = ? WHERE scope = ? AND admitted_at >= ? AND admitted_at < ? AND slot IS NULL',
    );
  }

  /** Notes when the applicant with a commitment is admitted, who has not been before. */
  admit(subject: string, time: number): void {
    if (this.#admissions.size === REMEMBERED) {
      this.#earlier = this.#admissions;
      this.#admissions = new Map();
    }
    this.#admissions.set(subject, time);
  }

  /** When the applicant with a commitment was admitted; null for what is about none. */
  admissionOf(subject: string | null): number | null {
    if (subject === null) return null;
    const remembered = this.#admissions.get(subject) ?? this.#earlier.get(subject);
    if (remembered !== undefined) return remembered;
    return (this.#admission.get(subject)?.admitted_at as number | undefined) ?? null;
  }

  /** The slot of a scope in which a time lies; null while none is registered. */
  slotAt(scope: string | null, time: number): number | null {
    if (scope === null) return null;
    if (this.#slot === undefined || this.#slot.scope !== scope || !holds(this.#slot, time)) {
      const found = this.#find.get(scope, time) as Omit<SlotPeriod, 'scope'> | undefined;
      if (found === undefined || !holds(found, time)) return null;
      this.#slot = { scope, ...found };
    }
    return this.#slot.slot;
  }

  /** Takes a slot over, for the entries that lie in it already and those to come. */
  add({ scope, slot, from, to }: SlotPeriod): void {
    this.#add.run(scope, slot, from, to);
    this.#fill.run(slot, scope, from, to);
  }
}

function holds({ from, to }: Omit<SlotPeriod, 'scope'>, time: number): boolean {
  return from <= time && time < to;
}
