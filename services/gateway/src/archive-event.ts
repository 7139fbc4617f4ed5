import { statement } from '@assay/contracts';

/** What the verifier says became of an envelope. */
export interface ArchiveEvent {
  readonly result: statement.ArchiveResult;
  /** Hex digest of the envelope. */
  readonly digest: string;
  /** Leaf index; absent while it is pending. */
  readonly index: number | undefined;
  /** Kind of statement; unspecified for a withdrawal or registration. */
  readonly kind: statement.StatementKind;
  readonly isWithdrawal: boolean;
  /** Empty for a conformance statement and for registrations of no scope. */
  readonly scope: string;
  /** The check that failed, where it is said. */
  readonly failedCheck: string;
  /** Why it was refused, or what it waits for. */
  readonly code: string;
  /** The slot in which its intake lies; `undefined` while none is registered. */
  readonly slot: number | undefined;
}

const RESULTS: ReadonlyMap<unknown, statement.ArchiveResult> = new Map([
  ['accepted', statement.ArchiveResult.ACCEPTED],
  ['rejected', statement.ArchiveResult.REJECTED],
  ['pending', statement.ArchiveResult.PENDING],
]);

const KINDS: ReadonlyMap<unknown, statement.StatementKind> = new Map([
  ['eligibility', statement.StatementKind.ELIGIBILITY],
  ['conformance', statement.StatementKind.CONFORMANCE],
  ['decision', statement.StatementKind.DECISION],
  ['manual-decision', statement.StatementKind.MANUAL_DECISION],
  ['fairness', statement.StatementKind.FAIRNESS],
]);

/** Reads an event of the archive; `undefined` for what is none. Members that are not known are passed over. */
export function parseArchiveEvent(data: Uint8Array): ArchiveEvent | undefined {
  let value: Partial<Record<string, unknown>>;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(data)) as typeof value;
  } catch {
    return undefined; // The caller says where it was.
  }
  if (typeof value !== 'object' || value === null || value.v !== 1) return undefined;
  const text = (name: string, pattern: RegExp): string | undefined => {
    const found = value[name];
    return typeof found === 'string' && pattern.test(found) ? found : undefined;
  };
  const result = RESULTS.get(value.result);
  const digest = text('digest', /^[0-9a-f]{64}$/);
  const { index } = value;
  const indexed = typeof index === 'number' && Number.isSafeInteger(index) && index >= 0;
  if (result === undefined || digest === undefined) return undefined;
  if (!indexed && result !== statement.ArchiveResult.PENDING) return undefined;
  return {
    result,
    digest,
    index: indexed ? index : undefined,
    kind: KINDS.get(value.statement) ?? statement.StatementKind.UNSPECIFIED,
    isWithdrawal: value.kind === 'withdrawal',
    scope: text('scope', /^[a-z0-9/-]{1,122}$/) ?? '',
    failedCheck: text('check', /^[a-z-]{1,40}$/) ?? '',
    code: text('code', /^[A-Z][A-Z0-9_]{0,63}$/) ?? '',
    slot: Number.isSafeInteger(value.slot) ? Number(value.slot) : undefined,
  };
}
