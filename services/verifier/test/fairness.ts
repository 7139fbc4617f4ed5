import { sumPoints } from '@assay/field';
import { encryptTable, type SignalsOf, tableCiphertextHash } from '@assay/statements';
import { type Envelope, formatTable } from '@assay/verify';
import { BANK, fairnessPolicy, partitions, SCOPE, statement, tallyOf } from '../../../packages/verify/test/world.ts';

/** A fairness statement over the closings of applicants in the first window, with its table. `verdict`: of the one partition. */
export async function fairnessOver(
  counted: readonly number[],
  verdict: bigint,
): Promise<{ readonly envelope: Envelope; readonly table: Uint8Array }> {
  const tally = sumPoints(counted.map(tallyOf));
  const table = encryptTable(fairnessPolicy, new Array<bigint>(7).fill(0n), 5n, tally);
  const signals = {
    tallyX: tally.x,
    tallyY: tally.y,
    total: BigInt(counted.length),
    partitionsHash: partitions.hash,
    fairnessPolicyHash: fairnessPolicy.hash,
    verdict0: verdict,
    verdict1: 0n,
    verdict2: 0n,
    verdict3: 0n,
    tableCiphertextHash: tableCiphertextHash(table),
  } as unknown as SignalsOf<'fairness'>;
  const context = { bank: BANK, scope: SCOPE, window: 1, closings: 'all' } as const;
  return { envelope: await statement('fairness', 'fairness', signals, context), table: formatTable(table) };
}
