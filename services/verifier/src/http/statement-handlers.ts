import { content, type Handler, HttpProblem, type Input, invalid, json } from '@assay/http';
import { VERDICTS } from '@assay/statements';
import { hexToBytes } from '@noble/hashes/utils.js';
import type { Archivist } from '../archivist.ts';
import { findByDigest, findByIndex, type IndexedStatement } from '../statement-index.ts';
import { listEntries, type StatementFilter } from '../statement-query.ts';
import { notKept } from './log-handlers.ts';
import { cursorOf, nextCursor } from './paging.ts';
import { detailJson, pendingDetailJson } from './statement-detail.ts';
import { pendingJson, statementJson } from './statement-json.ts';

const ENVELOPE = 'application/vnd.assay.envelope.v1+json';

/** The archive's statements: listed, and one with all that goes with it. */
export function statementHandlers(archivist: Archivist) {
  return {
    listStatements: (input) => json(listJson(archivist, input)),
    getStatement: async (input) => {
      const row = find(archivist, input);
      if (row !== undefined) return json(await detailJson(archivist, row));
      const pending = archivist.work.get(input.text('name'));
      if (pending === undefined) throw noEntry();
      return json(pendingDetailJson(archivist, pending));
    },
    getEnvelope: async (input) => {
      const row = find(archivist, input);
      const pending = row === undefined ? archivist.work.get(input.text('name')) : undefined;
      const bytes = pending?.bytes ?? (await blobOf(archivist, requireEnvelope(row)));
      return content(bytes, { type: ENVELOPE, caching: 'private' });
    },
    getReceipt: async (input) => {
      const receipt = await archivist.archive.receipt(requireRow(find(archivist, input)).index);
      return content(receipt, { type: 'text/plain; charset=utf-8', caching: 'private' });
    },
    getTable: async (input) => {
      const { attachment } = requireRow(find(archivist, input));
      if (attachment === null) throw new HttpProblem('not-found', 'the entry has no table');
      const bytes = await blobOf(archivist, attachment);
      return content(bytes, { type: 'application/json', caching: 'private' });
    },
  } satisfies Readonly<Record<string, Handler>>;
}

/** The archived entry that the path names, by digest or index. */
export function find({ index: { db } }: Archivist, input: Input): IndexedStatement | undefined {
  const name = input.text('name');
  return name.length === 64 ? findByDigest(db, name) : findByIndex(db, Number(name));
}

function requireRow(row: IndexedStatement | undefined): IndexedStatement {
  if (row === undefined) throw noEntry();
  return row;
}

function noEntry(): HttpProblem {
  return new HttpProblem('not-found', 'the archive has no such entry');
}

/** The digest of an entry's envelope; a rejected one's is never kept. */
function requireEnvelope(row: IndexedStatement | undefined): string {
  const { kind, digest } = requireRow(row);
  if (kind === 'rejected')
    throw new HttpProblem('not-found', 'of a rejected envelope digest and reason are kept alone');
  return digest;
}

async function blobOf({ archive }: Archivist, digest: string): Promise<Uint8Array> {
  const bytes = await archive.blob(hexToBytes(digest));
  if (bytes === undefined) throw notKept(archive, digest);
  return bytes;
}

function listJson(archivist: Archivist, input: Input) {
  const results = input.texts('result');
  const wants = (result: string): boolean => results.length === 0 || results.includes(result);
  const limit = input.integer('limit');
  const before = cursorOf(input, Number.MAX_SAFE_INTEGER);
  const filter = readFilter(archivist, input);
  const isNone = filter === undefined || !(wants('accepted') || wants('rejected'));
  const rows = isNone ? [] : listEntries(archivist.index.db, { ...filter, ...kindsOf(wants) }, before, limit + 1);
  const isFirst = input.optionalText('cursor') === undefined;
  const pending = isFirst && wants('pending') ? archivist.work.list().map(pendingJson) : [];
  const matches = pendingFilter(input);
  return {
    statements: [
      ...pending.filter(matches).slice(0, limit),
      ...rows.slice(0, limit).map((row) => statementJson(archivist, row)),
    ],
    ...nextCursor(rows.length > limit ? rows[limit - 1]!.index : undefined),
  };
}

function kindsOf(wants: (result: string) => boolean): Pick<StatementFilter, 'kinds'> {
  if (wants('accepted') && wants('rejected')) return {};
  return { kinds: wants('rejected') ? ['rejected'] : ['accepted', 'registration', 'withdrawal'] };
}

/** The filters of a request; undefined where nothing can match. @throws HttpProblem `invalid-request` */
function readFilter(archivist: Archivist, input: Input): StatementFilter | undefined {
  const optional = (name: 'bank' | 'scope' | 'subject' | 'model') => {
    const value = input.optionalText(name);
    return value === undefined ? {} : { [name]: value };
  };
  const slots = readSlots(archivist, input);
  if (slots?.length === 0) return undefined;
  const reason = input.optionalText('code');
  const [receivedFrom, receivedBefore] = [input.optionalTime('receivedFrom'), input.optionalTime('receivedBefore')];
  return {
    topics: input.texts('kind'),
    verdicts: input.texts('verdict').map((verdict) => VERDICTS.findIndex((known) => known.toUpperCase() === verdict)),
    ...optional('bank'),
    ...optional('scope'),
    ...optional('subject'),
    ...optional('model'),
    ...(slots && { slots }),
    ...(reason !== undefined && { reason }),
    ...(receivedFrom !== undefined && { receivedFrom }),
    ...(receivedBefore !== undefined && { receivedBefore }),
  };
}

/** The slots that the request asks for; undefined where it asks for none in particular. */
function readSlots(archivist: Archivist, input: Input): readonly number[] | undefined {
  const [slot, window] = [input.optionalInteger('slot'), input.optionalInteger('window')];
  if (slot === undefined && window === undefined) return undefined;
  const scope = input.optionalText('scope');
  const field = slot === undefined ? 'window' : 'slot';
  if (scope === undefined) throw invalid(`query.${field}`, 'needs a scope beside it');
  if (slot !== undefined && window !== undefined) throw invalid('query.window', 'does not go with a slot');
  if (slot !== undefined) return [slot];
  const found = archivist.ledger.windows(scope, archivist.now()).find((known) => known.window === window);
  return found?.accounts.map((account) => account.slot.slot) ?? [];
}

/** The filters of a request for what is in no index. What waits has no slot and no verdict yet. */
function pendingFilter(input: Input): (pending: ReturnType<typeof pendingJson>) => boolean {
  const kinds = input.texts('kind');
  const from = input.optionalTime('receivedFrom') ?? Number.NEGATIVE_INFINITY;
  const before = input.optionalTime('receivedBefore') ?? Number.POSITIVE_INFINITY;
  const isElsewhere =
    input.texts('verdict').length > 0 ||
    (['slot', 'window'] as const).some((name) => input.optionalInteger(name) !== undefined) ||
    input.optionalText('model') !== undefined;
  return (pending) => {
    const receivedAt = Date.parse(pending.receivedAt);
    const has = (name: 'bank' | 'scope' | 'subject' | 'code'): boolean => {
      const wanted = input.optionalText(name);
      return wanted === undefined || (pending as Readonly<Record<string, unknown>>)[name] === wanted;
    };
    return (
      !isElsewhere &&
      (kinds.length === 0 || kinds.includes(pending.kind)) &&
      (['bank', 'scope', 'subject', 'code'] as const).every(has) &&
      receivedAt >= from &&
      receivedAt < before
    );
  };
}
