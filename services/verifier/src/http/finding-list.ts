import type { Input } from '@assay/http';
import { bankOf, bankOfScope, deadlineOf, isOverdue, parseEnvelope, windowFindings } from '@assay/verify';
import type { Archivist } from '../archivist.ts';
import { listEntries } from '../statement-query.ts';
import { present, timeJson } from './statement-json.ts';

/** One finding, in whichever words the contract has for it. */
export interface ListedFinding {
  readonly code: string;
  readonly bank?: string | null;
  readonly scope?: string;
  readonly index?: number;
  readonly digest?: string;
  readonly window?: number;
  readonly slot?: number;
  readonly reason?: string;
  /** Since when, milliseconds since 1970. */
  readonly at: number;
}

/** Rejections that are looked at: the newest. */
const MOST_REJECTIONS = 10_000;

/**
 * Everything an examiner has to look at, as of now: windows first, then what is about one entry, newest first. Looks at open and late
 * intakes, slots, rejections and what waits; never at what is in order.
 */
export function allFindings(
  archivist: Archivist,
  scopes: readonly string[],
  input: Input,
  pendingDeadlineMs: number,
): readonly ListedFinding[] {
  const now = archivist.now();
  const ofWindows = scopes.flatMap((scope) => [
    ...windowsOf(archivist, scope, now),
    ...emptySlots(archivist, scope, now),
  ]);
  const isNarrowed = input.optionalText('scope') !== undefined;
  const ofEntries = [
    ...scopes.flatMap((scope) => intakesOf(archivist, scope, now)),
    // A leaf of a rejected envelope names no scope.
    ...(isNarrowed ? [] : rejections(archivist, input.optionalText('bank'))),
    ...waiting(archivist, scopes, input, now - pendingDeadlineMs),
  ];
  return [...ofWindows, ...ofEntries.sort((a, b) => b.at - a.at)];
}

/** A finding as `Finding` of the contract. */
export function findingJson({ at, code, bank, scope, index, digest, window, slot, reason }: ListedFinding) {
  const name = index ?? digest;
  return {
    code,
    ...present('bank', bank ?? (scope === undefined ? undefined : bankOfScope(scope))),
    ...present('scope', scope),
    ...present('index', index),
    ...present('digest', digest),
    ...present('window', window),
    ...present('slot', slot),
    ...present('reason', reason),
    at: timeJson(at),
    links: {
      ...(name !== undefined && { statement: `/v1/statements/${name}` }),
      ...(window !== undefined && { window: `/v1/windows/${scope}/${window}` }),
    },
  };
}

function windowsOf({ ledger }: Archivist, scope: string, now: number): readonly ListedFinding[] {
  const windows = ledger.windows(scope, now).reverse();
  return windows.flatMap((window) =>
    windowFindings(window).map(({ code }) => ({ code, scope, window: window.window, at: window.to })),
  );
}

function emptySlots({ ledger }: Archivist, scope: string, now: number): readonly ListedFinding[] {
  const windows = ledger.windows(scope, now).filter(({ state }) => state !== 'PRUNED');
  const accounts = windows.flatMap((window) => window.accounts);
  return accounts
    .filter(({ slot, counts }) => slot.to <= now && counts.intakes === 0)
    .map(({ slot }) => ({ code: 'SLOT_EMPTY', scope, slot: slot.slot, at: slot.to }))
    .reverse();
}

function intakesOf({ ledger }: Archivist, scope: string, now: number): readonly ListedFinding[] {
  const found: ListedFinding[] = [];
  for (const intake of ledger.openIntakes(scope)) {
    if (isOverdue(intake, now))
      found.push({ code: 'INTAKE_OVERDUE', scope, index: intake.index, at: deadlineOf(intake) });
  }
  for (const intake of ledger.lateIntakes(scope)) {
    found.push({ code: 'CLOSED_LATE', scope, index: intake.index, at: deadlineOf(intake) });
  }
  return found;
}

function rejections({ index: { db } }: Archivist, bank: string | undefined): readonly ListedFinding[] {
  const filter = { kinds: ['rejected'], ...(bank !== undefined && { bank }) };
  return listEntries(db, filter, Number.MAX_SAFE_INTEGER, MOST_REJECTIONS).map((row) => ({
    code: row.reason === 'DUPLICATE_NULLIFIER' ? 'DUPLICATE_NULLIFIER' : 'REJECTED',
    bank: row.bank,
    index: row.index,
    digest: row.digest,
    reason: row.reason!,
    at: row.receivedAt,
  }));
}

function waiting(
  { work }: Archivist,
  scopes: readonly string[],
  input: Input,
  since: number,
): readonly ListedFinding[] {
  const [bank, scope] = [input.optionalText('bank'), input.optionalText('scope')];
  return work
    .list()
    .filter(({ firstReceivedAt }) => firstReceivedAt < since)
    .map(({ digest, bytes, code: reason, firstReceivedAt }) => {
      const envelope = parseEnvelope(bytes);
      const { predicate } = envelope;
      const found = predicate.type === 'proof' ? predicate.context.scope : undefined;
      const named = predicate.type === 'withdrawal' ? predicate.scope : found;
      const place = { bank: bankOf(envelope) ?? null, ...(named !== undefined && { scope: named }) };
      return { code: 'PENDING_OVERDUE', ...place, digest, reason, at: firstReceivedAt };
    })
    .filter((finding) => bank === undefined || finding.bank === bank)
    .filter((finding) => scope === undefined || (finding.scope !== undefined && scopes.includes(finding.scope)));
}
