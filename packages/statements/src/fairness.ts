import { fr, type Point, type Scalar } from '@assay/field';
import type { Claim } from './circuit-input.ts';
import { StatementError } from './error.ts';
import { type FairnessPolicy, fairnessRules } from './fairness-policy.ts';
import type { SignalsOf } from './statement.ts';
import { encryptTable, packTable, type TableCiphertext, tableCiphertextHash } from './table.ts';
import { openingTally, type TallyOpening } from './tally.ts';
import { referenceOf, VERDICTS, type Verdict, verdictsOf } from './verdict.ts';

/** The most closings a window can hold: the circuit's counts are below 2^24 together. */
const MAX_TOTAL = (1 << 24) - 1;

/** A fairness claim with the table that travels beside its proof. */
export interface FairnessClaim extends Claim<SignalsOf<'fairness'>> {
  readonly verdicts: readonly Verdict[];
  readonly table: TableCiphertext;
}

/**
 * The claim about one window's tally.
 *
 * @param ephemeral a random scalar, fresh for every statement
 * @throws StatementError `out-of-range` for a window of 2^24 closings and more, which no proof can show
 */
export function fairnessClaim(policy: FairnessPolicy, opening: TallyOpening, ephemeral: Scalar): FairnessClaim {
  const total = opening.sizes[0]!.reduce((sum, size) => sum + size, 0);
  if (total > MAX_TOTAL) throw new StatementError('out-of-range', 'sizes', `at most ${MAX_TOTAL} closings a window`);
  const tally: Point = openingTally(opening);
  const verdicts = verdictsOf(policy, opening);
  const table = encryptTable(policy, packTable(policy, opening), ephemeral, tally);
  const [verdict0, verdict1, verdict2, verdict3] = verdicts.map((verdict) => fr(BigInt(VERDICTS.indexOf(verdict))));
  const signals = {
    tallyX: tally.x,
    tallyY: tally.y,
    total: fr(BigInt(total)),
    partitionsHash: fr(policy.partitionsHash),
    fairnessPolicyHash: policy.hash,
    verdict0: verdict0!,
    verdict1: verdict1!,
    verdict2: verdict2!,
    verdict3: verdict3!,
    tableCiphertextHash: tableCiphertextHash(table),
  };
  const { partitions, regulatorKey } = policy;
  const input = {
    tallyX: tally.x,
    tallyY: tally.y,
    total: signals.total,
    partitionsHash: policy.partitionsHash,
    fairnessPolicyHash: policy.hash,
    verdict: [verdict0!, verdict1!, verdict2!, verdict3!],
    tableCiphertextHash: signals.tableCiphertextHash,
    sizes: opening.sizes.map((row) => row.map(BigInt)),
    approvals: opening.approvals.map((row) => row.map(BigInt)),
    blinding: opening.blinding,
    keyX: regulatorKey.x,
    keyY: regulatorKey.y,
    rules: fairnessRules(policy),
    h: partitions.map((_, p) => BigInt(referenceOf(policy, p, opening) ?? 0)),
    e: ephemeral,
  };
  return { circuit: 'fairness', input, signals, verdicts, table };
}
