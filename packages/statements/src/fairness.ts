import { fr, type Point, type Scalar } from '@assay/field';
import type { Claim } from './circuit-input.ts';
import type { FairnessPolicy } from './fairness-policy.ts';
import type { SignalsOf } from './statement.ts';
import { encryptTable, packTable, type TableCiphertext, tableCiphertextHash } from './table.ts';
import { openingTally, type TallyOpening } from './tally.ts';
import { referenceOf, VERDICTS, type Verdict, verdictsOf } from './verdict.ts';

/** A fairness claim with the table that travels beside its proof. */
export interface FairnessClaim extends Claim<SignalsOf<'fairness'>> {
  readonly verdicts: readonly Verdict[];
  readonly table: TableCiphertext;
}

/**
 * The claim about one window's tally.
 *
 * @param ephemeral a random scalar, fresh for every statement
 */
export function fairnessClaim(policy: FairnessPolicy, opening: TallyOpening, ephemeral: Scalar): FairnessClaim {
  const tally: Point = openingTally(opening);
  const verdicts = verdictsOf(policy, opening);
  const table = encryptTable(policy, packTable(policy, opening), ephemeral, tally);
  const [verdict0, verdict1, verdict2, verdict3] = verdicts.map((verdict) => fr(BigInt(VERDICTS.indexOf(verdict))));
  const signals = {
    tallyX: tally.x,
    tallyY: tally.y,
    total: fr(BigInt(opening.sizes[0]!.reduce((sum, size) => sum + size, 0))),
    partitionsHash: fr(policy.partitionsHash),
    fairnessPolicyHash: policy.hash,
    verdict0: verdict0!,
    verdict1: verdict1!,
    verdict2: verdict2!,
    verdict3: verdict3!,
    tableCiphertextHash: tableCiphertextHash(table),
  };
  const { document, partitions, regulatorKey } = policy;
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
    num: BigInt(document.ratio.num),
    den: BigInt(document.ratio.den),
    zNum: BigInt(document.significance.zNum),
    zDen: BigInt(document.significance.zDen),
    needSignificance: BigInt(document.significance.required),
    nMin: BigInt(document.nMin),
    tMin: BigInt(document.tMin),
    minCell: BigInt(document.minCell),
    keyX: regulatorKey.x,
    keyY: regulatorKey.y,
    used: partitions.map(({ used }) => BigInt(used)),
    fixedReference: partitions.map(({ fixedReference }) => BigInt(fixedReference)),
    reference: partitions.map(({ reference }) => BigInt(reference)),
    testedMask: partitions.map(({ testedMask }) => BigInt(testedMask)),
    h: partitions.map((_, p) => BigInt(referenceOf(policy, p, opening) ?? 0)),
    e: ephemeral,
  };
  return { circuit: 'fairness', input, signals, verdicts, table };
}
