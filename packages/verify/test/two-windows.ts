import { sumPoints } from '@assay/field';
import { type Entry, encodeEntry } from '../src/entry.ts';
import { type Envelope, sealEnvelope } from '../src/envelope.ts';
import { Bench } from './bench.ts';
import { fairness } from './fairness.ts';
import {
  BANK,
  bodies,
  decision,
  intake,
  manualDecision,
  NOON,
  referral,
  registration,
  signers,
  slot,
  tallyOf,
  withdrawal,
} from './world.ts';

/** Another scope of the same bank. */
export const OTHER_SCOPE = 'acme/mortgage/2026q1';

/** The scope's rules once more, with another grace for roots. */
async function scopeAgain(): Promise<Envelope> {
  const { digest } = await registration('scope', bodies.scope);
  const body = { ...bodies.scope, rootGraceSeconds: 60 };
  return sealEnvelope(
    { type: 'registration', kind: 'scope', body, after: digest },
    new Uint8Array(),
    signers.regulator,
  );
}

/** Appends an entry whose envelope is not kept, or nobody's business. */
function appendLeaf(bench: Bench, entry: Omit<Entry, 'receivedAt' | 'registryHead'>): void {
  const { ledger, now } = bench;
  bench.leaves.push(encodeEntry({ ...entry, receivedAt: now, registryHead: ledger.registry.head }));
}

/** Where the entries of `twoWindows` are. */
export interface TwoWindows {
  readonly bench: Bench;
  /** First entry received within the second window. */
  readonly second: number;
  /** The second window's statements about fairness. */
  readonly all: number;
  readonly manual: number;
}

/**
 * A log with two proved windows of one scope (intakes 1 and 2; 3 to 6, one of which is withdrawn and one decided by a person), an intake of
 * another scope, an entry of another bank, a rejected one, rules that are registered again within the second window, and an intake after it.
 */
export async function twoWindows(): Promise<TwoWindows> {
  const bench = await Bench.ready([await slot(1, NOON, NOON + 1000), await slot(2, NOON + 1000, NOON + 2000)]);
  for (const n of [1, 2]) await bench.accept(intake(n));
  await bench.accept(decision(1));
  bench.now = NOON + 1000;
  const second = bench.leaves.length;
  await bench.accept(intake(3));
  // Closes an intake of the window before.
  await bench.accept(decision(2));
  const first = await fairness(1, 2, sumPoints([tallyOf(1), tallyOf(2)]));
  await bench.accept(first.envelope, first.table);
  bench.append(await intake(90, {}, { bank: BANK, scope: OTHER_SCOPE }));
  const ofDecision = { statement: 'decision', payload: { sha256: 'ab'.repeat(32), size: 5 } } as const;
  appendLeaf(bench, { kind: 'rejected', bank: BANK, reason: 'INTAKE_CLOSED', ...ofDecision });
  appendLeaf(bench, { kind: 'accepted', bank: 'other', ...ofDecision });
  bench.now = NOON + 1500;
  await bench.accept(scopeAgain());
  for (const n of [4, 5, 6]) await bench.accept(intake(n));
  await bench.accept(decision(3));
  await bench.accept(referral(4));
  await bench.accept(withdrawal(5));
  await bench.accept(decision(6));
  await bench.accept(manualDecision(4));
  bench.now = NOON + 2500;
  await bench.accept(intake(7));
  const { envelope, table } = await fairness(2, 3, sumPoints([tallyOf(3), tallyOf(4), tallyOf(6)]));
  const all = await bench.accept(envelope, table);
  const byHand = await fairness(2, 1, tallyOf(4), { closings: 'manual' });
  const manual = await bench.accept(byHand.envelope, byHand.table);
  await bench.accept(decision(7));
  return { bench, second, all, manual };
}
