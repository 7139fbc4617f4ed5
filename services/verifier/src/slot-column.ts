import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { SlotPeriod } from './describe-envelope.ts';

/** Keeps the index's column of slots: an entry has the slot of its intake, which may be registered before it or after. */
export class SlotColumn {
  readonly #admission: StatementSync;
  readonly #find: StatementSync;
  readonly #add: StatementSync;
  readonly #fill: StatementSync;

  constructor(db: DatabaseSync) {
    this.#admission = db.prepare('SELECT admitted_at FROM entries WHERE subject = ? ORDER BY leaf LIMIT 1');
    this.#find = db.prepare(
      'SELECT slot, before FROM slots WHERE scope = ? AND since <= ? ORDER BY since DESC LIMIT 1',
    );
    this.#add = db.prepare('INSERT INTO slots VALUES (?, ?, ?, ?)');
    this.#fill = db.prepare(
      'UPDATE entries SET slot = ? WHERE scope = ? AND admitted_at >= ? AND admitted_at < ? AND slot IS NULL',
    );
  }

  /** When the applicant with a commitment was admitted; null for what is about none. */
  admissionOf(subject: string | null): number | null {
    if (subject === null) return null;
    return (this.#admission.get(subject)?.admitted_at as number | undefined) ?? null;
  }

  /** The slot of a scope in which a time lies; null while none is registered. */
  slotAt(scope: string | null, time: number): number | null {
    if (scope === null) return null;
    const found = this.#find.get(scope, time) as { readonly slot: number; readonly before: number } | undefined;
    return found !== undefined && time < found.before ? found.slot : null;
  }

  /** Takes a slot over, for the entries that lie in it already and those to come. */
  add({ scope, slot, from, to }: SlotPeriod): void {
    this.#add.run(scope, slot, from, to);
    this.#fill.run(slot, scope, from, to);
  }
}
