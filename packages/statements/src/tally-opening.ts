import { GROUPS, PARTITIONS, SUBGROUP_ORDER } from '@assay/field';
import { StatementError } from './error.ts';
import { decimal, listOf, parseMembers, within } from './opening-json.ts';
import type { TallyOpening } from './tally.ts';

/** The sums of one window, with the window that they are of. Never leaves the provers but sealed. */
export interface WindowSums {
  readonly scope: string;
  /** The window's number. */
  readonly number: number;
  /** Over the closings made by persons only. */
  readonly manualOnly: boolean;
  readonly opening: TallyOpening;
}

/** The format's version. */
const VERSION = 1;
const MAX_COUNT = (1 << 24) - 1;
const MAX_WINDOW = 1_000_000_000;

/**
 * A window's sums as the bytes that are sealed to the prover of its fairness: UTF-8 JSON `{"v": 1, "scope", "number",
 * "manualOnly", "sizes": 4 lists of 8, "approvals": the same, "blinding": decimal string}`. A secret.
 */
export function encodeTallyOpening({ scope, number, manualOnly, opening }: WindowSums): Uint8Array {
  const { sizes, approvals, blinding } = opening;
  const document = { v: VERSION, scope, number, manualOnly, sizes, approvals, blinding: String(blinding) };
  return new TextEncoder().encode(JSON.stringify(document));
}

/**
 * Reads the bytes strictly: counts below 2^24, no group with more approvals than members, a blinding below l.
 *
 * @throws StatementError `malformed-document`, `out-of-range`, naming the member and never a value
 */
export function decodeTallyOpening(bytes: Uint8Array): WindowSums {
  const names = ['v', 'scope', 'number', 'manualOnly', 'sizes', 'approvals', 'blinding'];
  const { v, scope, number, manualOnly, ...sums } = parseMembers(bytes, 'sums', names);
  if (v !== VERSION) throw new StatementError('malformed-document', 'sums.v', 'not a known version');
  if (typeof scope !== 'string') throw new StatementError('malformed-document', 'sums.scope', 'not a string');
  if (typeof manualOnly !== 'boolean') {
    throw new StatementError('malformed-document', 'sums.manualOnly', 'neither true nor false');
  }
  const sizes = counts(sums.sizes, 'sums.sizes');
  const approvals = counts(sums.approvals, 'sums.approvals');
  if (approvals.some((row, p) => row.some((count, g) => count > sizes[p]![g]!))) {
    throw new StatementError('out-of-range', 'sums.approvals', 'a group has more approvals than members');
  }
  const blinding = within(decimal(sums.blinding, 'sums.blinding'), 'sums.blinding', 0n, SUBGROUP_ORDER - 1n);
  return {
    scope,
    number: integer(number, 'sums.number', 1, MAX_WINDOW),
    manualOnly,
    opening: { sizes, approvals, blinding },
  };
}

function counts(value: unknown, what: string): readonly (readonly number[])[] {
  const count = (item: unknown, name: string): number => integer(item, name, 0, MAX_COUNT);
  return listOf(value, what, PARTITIONS, (row, name) => listOf(row, name, GROUPS, count));
}

function integer(value: unknown, what: string, min: number, max: number): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= min && value <= max) return value;
  throw new StatementError('out-of-range', what, `not an integer from ${min} to ${max}`);
}
