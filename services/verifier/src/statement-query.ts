import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { STATEMENT_KINDS } from '@assay/statements';
import { bankOfScope } from '@assay/verify';
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

/** One condition of a query. */
interface Condition {
  readonly sql: string;
  readonly values: readonly Value[];
}

/**
 * Entries before leaf `before` that match, newest first, at most `limit`. Each part of the answer is one range of the index that leaves the
 * fewest entries to look at, in the order of the log: SQLite, left to itself, may choose another and sort what it finds.
 */
export function listEntries(
  db: DatabaseSync,
  filter: StatementFilter,
  before: number,
  limit: number,
): IndexedStatement[] {
  const range = leafRange(db, filter, before);
  const rest = restOf(filter);
  const prepared = new Map<string, StatementSync>();
  let found: IndexedStatement[] = [];
  for (const lead of leadsOf(filter)) {
    const conditions = [lead, ...rest];
    const where = conditions.map(({ sql }) => `${sql} AND `).join('');
    const sql = `${SELECT} WHERE ${where}leaf >= ? AND leaf < ? ORDER BY leaf DESC LIMIT ?`;
    const statement = prepared.get(sql) ?? db.prepare(sql);
    prepared.set(sql, statement);
    const values = conditions.flatMap((condition) => condition.values);
    // What is older than a whole page of what was found is not looked for.
    const from = Math.max(range.from, found[limit - 1]?.index ?? 0);
    const rows = statement.all(...values, from, range.before, limit) as unknown as IndexedStatement[];
    if (rows.length > 0) found = [...found, ...rows].sort((a, b) => b.index - a.index).slice(0, limit);
  }
  return found;
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

/** The conditions by which entries are found: each is one range of an index, apart from the others. None where nothing can match. */
function leadsOf(filter: StatementFilter): readonly Condition[] {
  const { subject, model, reason, slots = [], topics = [], verdicts = [], kinds = [], scope, bank } = filter;
  if (scope !== undefined && bank !== undefined && bankOfScope(scope) !== bank) return [];
  if (subject !== undefined) return [{ sql: 'subject = ?', values: [subject] }];
  if (reason !== undefined) return [{ sql: 'reason = ?', values: [reason] }];
  // Rejections are few, and belong to no scope. The index is for this kind alone, so that it has to be spelt out.
  if (kinds.length === 1 && kinds[0] === 'rejected') return [{ sql: "kind = 'rejected'", values: [] }];
  const named = verdicts.length > 0 ? ['fairness'] : topics;
  const each = (known: readonly Value[], sql: string, ...values: readonly Value[]): readonly Condition[] =>
    (named.length > 0 ? named : known).map((topic) => ({ sql: `${sql} AND topic = ?`, values: [...values, topic] }));
  if (slots.length > 0 && scope !== undefined) {
    return slots
      .toReversed()
      .flatMap((slot) => [
        ...each(TOPICS, 'scope = ? AND slot = ?', scope, slot),
        { sql: 'scope = ? AND window = ?', values: [scope, slot] },
      ]);
  }
  if (model !== undefined) return each(TOPICS_OF_MODELS, 'model = ?', model);
  if (scope !== undefined) return each(TOPICS, 'scope = ?', scope);
  if (bank !== undefined) {
    const unnamed = { sql: 'bank = ? AND topic IS NULL', values: [bank] };
    return [...each(TOPICS, 'bank = ?', bank), ...(named.length > 0 ? [] : [unnamed])];
  }
  if (named.length > 0) return named.map((topic) => ({ sql: 'topic = ?', values: [topic] }));
  return [{ sql: 'TRUE', values: [] }];
}

const TOPICS = [...STATEMENT_KINDS, 'withdrawal', 'registration'];
/** What names a model. */
const TOPICS_OF_MODELS = ['conformance', 'registration', 'decision'];

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
