import type { DatabaseSync } from 'node:sqlite';
import { STATEMENT_KINDS } from '@assay/statements';
import { type IndexedStatement, SELECT } from './statement-index.ts';

/** What a listing is narrowed to; an empty list or an absent member does not narrow. */
export interface StatementFilter {
  readonly kinds?: readonly string[];
  /** Statements, `withdrawal` or `registration`. */
  readonly topics?: readonly string[];
  readonly bank?: string;
  readonly scope?: string;
  /** With a scope. The intakes of these slots and what closed them, and the fairness statements of the windows of these numbers. */
  readonly slots?: readonly number[];
  /** Only fairness statements with one of these verdict digits in some partition. */
  readonly verdicts?: readonly number[];
  readonly subject?: string;
  readonly model?: string;
  /** Only rejected for this reason. */
  readonly reason?: string;
  /** Receipt time in milliseconds since 1970: from, included, and before, excluded. */
  readonly receivedFrom?: number;
  readonly receivedBefore?: number;
}

type Value = string | number;

/** One condition of a query, and whether an index finds its entries in the order of the log. */
interface Condition {
  readonly sql: string;
  readonly values: readonly Value[];
}

/**
 * Entries before leaf `before` that match, newest first, at most `limit`. Each part of the answer is found by the one index that
 * leaves the fewest entries to look at, in the order of the log: SQLite, left to itself, may choose another and sort what it finds.
 */
export function listEntries(
  db: DatabaseSync,
  filter: StatementFilter,
  before: number,
  limit: number,
): IndexedStatement[] {
  const range = leafRange(db, filter, before);
  const rest = restOf(filter);
  const found = leadsOf(filter).flatMap(({ sql, values }) => {
    const where = [sql, ...rest.map((condition) => condition.sql), 'leaf >= ?', 'leaf < ?'].filter(
      (text) => text !== '',
    );
    const given = [...values, ...rest.flatMap((condition) => condition.values), range.from, range.before];
    return db
      .prepare(`${SELECT} WHERE ${where.join(' AND ')} ORDER BY leaf DESC LIMIT ?`)
      .all(...given, limit) as unknown as IndexedStatement[];
  });
  return found.sort((a, b) => b.index - a.index).slice(0, limit);
}

/** Times of receipt never decrease, so a period of time is a range of leaves. */
function leafRange(db: DatabaseSync, { receivedFrom, receivedBefore }: StatementFilter, before: number) {
  const end = receivedBefore === undefined ? before : firstAt(db, receivedBefore);
  return { from: receivedFrom === undefined ? 0 : firstAt(db, receivedFrom), before: Math.min(before, end) };
}

/** The first leaf that was received at a time or later; one past the last where none was. */
function firstAt(db: DatabaseSync, time: number): number {
  const timeOf = db.prepare('SELECT received_at FROM entries WHERE leaf = ?');
  let low = 0;
  let high = Number(db.prepare('SELECT ifnull(max(leaf) + 1, 0) AS size FROM entries').get()!.size);
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (Number(timeOf.get(middle)!.received_at) >= time) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The conditions by which entries are found: each is one range of an index, apart from the others. */
function leadsOf(filter: StatementFilter): readonly Condition[] {
  const { subject, model, reason, slots = [], topics = [], verdicts = [], kinds = [], scope, bank } = filter;
  if (subject !== undefined) return [{ sql: 'subject = ?', values: [subject] }];
  if (reason !== undefined) return [{ sql: 'reason = ?', values: [reason] }];
  if (slots.length > 0 && scope !== undefined) {
    return slots.flatMap((slot) => [
      { sql: 'scope = ? AND slot = ?', values: [scope, slot] },
      { sql: 'scope = ? AND window = ?', values: [scope, slot] },
    ]);
  }
  if (model !== undefined) return [{ sql: 'model = ?', values: [model] }];
  // Rejections are few, and belong to no scope. The index is for this kind alone, so that it has to be spelt out.
  if (kinds.length === 1 && kinds[0] === 'rejected') return [{ sql: "kind = 'rejected'", values: [] }];
  const named = verdicts.length > 0 ? ['fairness'] : topics;
  if (scope !== undefined) return (named.length > 0 ? named : TOPICS).map((topic) => ofScope(scope, topic));
  if (named.length > 0) return named.map((topic) => ({ sql: 'topic = ?', values: [topic] }));
  return [bank === undefined ? { sql: '', values: [] } : { sql: 'bank = ?', values: [bank] }];
}

const TOPICS = [...STATEMENT_KINDS, 'withdrawal', 'registration'];

function ofScope(scope: string, topic: string): Condition {
  return { sql: 'scope = ? AND topic = ?', values: [scope, topic] };
}

/** All conditions, for each entry that was found. A `+` keeps the column's index out of it. */
function restOf(filter: StatementFilter): readonly Condition[] {
  const { kinds = [], topics = [], verdicts = [], slots = [], bank, scope, model, reason } = filter;
  const oneOf = (column: string, given: readonly Value[]): readonly Condition[] =>
    given.length === 0 ? [] : [{ sql: `+${column} IN (${given.map(() => '?').join(', ')})`, values: given }];
  const equal = (column: string, value: Value | undefined): readonly Condition[] =>
    oneOf(column, value === undefined ? [] : [value]);
  const likes = verdicts.map(() => 'verdicts LIKE ?').join(' OR ');
  return [
    ...oneOf('kind', kinds),
    ...oneOf('topic', topics),
    ...equal('bank', bank),
    ...equal('scope', scope),
    ...equal('model', model),
    ...equal('reason', reason),
    ...(slots.length === 0
      ? []
      : [{ sql: `ifnull(slot, window) IN (${slots.map(() => '?').join(', ')})`, values: slots }]),
    ...(verdicts.length === 0 ? [] : [{ sql: `(${likes})`, values: verdicts.map((digit) => `%${digit}%`) }]),
  ];
}
