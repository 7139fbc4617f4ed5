import type { Point } from '@assay/field';
import { encryptTable, type SignalsOf, tableCiphertextHash } from '@assay/statements';
import type { ClosingsKind, Envelope } from '../src/envelope.ts';
import { formatTable } from '../src/table.ts';
import { BANK, fairnessPolicy, partitions, SCOPE, statement } from './world.ts';

/** What a fairness statement says beyond its sum. */
export interface FairnessChoice {
  /** Default: all. */
  readonly closings?: ClosingsKind;
  /** Verdict of the one partition. Default: PASS. */
  readonly verdict?: bigint;
}

/** A fairness statement with its table, over closings with this total and sum. */
export async function fairness(
  window: number,
  total: number,
  tally: Point,
  { closings = 'all', verdict = 1n }: FairnessChoice = {},
): Promise<{ readonly envelope: Envelope; readonly table: Uint8Array }> {
  const table = encryptTable(fairnessPolicy, new Array<bigint>(7).fill(0n), 5n, tally);
  const signals = {
    tallyX: tally.x,
    tallyY: tally.y,
    total: BigInt(total),
    partitionsHash: partitions.hash,
    fairnessPolicyHash: fairnessPolicy.hash,
    verdict0: verdict,
    verdict1: 0n,
    verdict2: 0n,
    verdict3: 0n,
    tableCiphertextHash: tableCiphertextHash(table),
  } as unknown as SignalsOf<'fairness'>;
  const context = { bank: BANK, scope: SCOPE, window, closings };
  return { envelope: await statement('fairness', 'fairness', signals, context), table: formatTable(table) };
}
