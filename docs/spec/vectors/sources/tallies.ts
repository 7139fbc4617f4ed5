import { B8, type Point, pointMultiply, reduceScalar, sumPoints, tallyGenerators } from '@assay/field';
import {
  type ClosingTally,
  closingTally,
  encryptTable,
  openingTally,
  packTable,
  sumClosings,
  type TallyOpening,
  tableCiphertextHash,
  tallyBlinding,
  VERDICTS,
  verdictsOf,
} from '@assay/statements';
import { decimals, hex, pair, type Vector } from './encode.ts';
import { EPHEMERAL_SCALAR, fairnessPolicy, REGULATOR_SCALAR, TALLY_KEY, TALLY_SALT } from './inputs.ts';

/** Generators, blindings, the tallies of closings and their sum, verdicts, and the encrypted table. */
export function tallyVectors(): Vector {
  const { decided, approved, blinding } = tallyGenerators();
  const closings = [closing([1, 1, 0, 0], true, 1n), closing([2, 2, 0, 0], false, 2n), closing([0, 1, 0, 0], true, 3n)];
  const opening = sumClosings(closings);
  const tally = sumPoints(closings.map(closingTally));
  return {
    generators: { N: decided.map((row) => row.map(pair)), K: approved.map((row) => row.map(pair)), H: pair(blinding) },
    blinding: blindingVector(),
    closings: closings.map((one) => ({ ...(decimals(one) as Record<string, Vector>), tally: pair(closingTally(one)) })),
    sum: { tally: pair(tally), opening: decimals(opening), openingTally: pair(openingTally(opening)) },
    verdicts: Object.entries(WINDOWS).map(([name, counts]) => verdictVector(name, counts)),
    table: tableVector(opening, tally),
  };
}

function closing(groups: readonly number[], approved: boolean, seed: bigint): ClosingTally {
  return { groups, approved, blinding: reduceScalar(seed * (1n << 250n) + 12_345n) };
}

function blindingVector(): Vector {
  const context = {
    applicantCommitment: 11n,
    modelCommitment: 22n,
    partitionsHash: 33n,
    groups: [1, 2, 0, 0],
    approved: true,
    tallySalt: TALLY_SALT,
  };
  const blindingOf = (kind: 'decision' | 'manual-decision', modelCommitment: bigint): Vector => ({
    kind,
    modelCommitment: String(modelCommitment),
    blinding: String(tallyBlinding(TALLY_KEY, { ...context, kind, modelCommitment })),
  });
  return {
    tallyKey: hex(TALLY_KEY),
    ...(decimals({ ...context, tallySalt: hex(TALLY_SALT) }) as Record<string, Vector>),
    results: [blindingOf('decision', 22n), blindingOf('manual-decision', 0n)],
  };
}

/** `[size, approvals]` of groups 0, 1, 2 in the first and the second partition; all other groups are empty. */
const WINDOWS: Readonly<Record<string, readonly [Counts, Counts]>> = {
  'all approved, none, and exactly four fifths': [
    [
      [0, 0],
      [100, 80],
      [100, 64],
    ],
    [
      [0, 0],
      [100, 100],
      [100, 80],
    ],
  ],
  'just below four fifths, not significant; the reference without approvals': [
    [
      [0, 0],
      [40, 32],
      [40, 25],
    ],
    [
      [10, 5],
      [35, 0],
      [35, 35],
    ],
  ],
  'just below four fifths, and significant': [
    [
      [0, 0],
      [100, 80],
      [100, 63],
    ],
    [
      [0, 0],
      [100, 80],
      [100, 63],
    ],
  ],
  'significantly low; a tested group too small': [
    [
      [0, 0],
      [500, 400],
      [500, 300],
    ],
    [
      [0, 0],
      [980, 800],
      [20, 10],
    ],
  ],
  'ties take the lowest group; the unknown are not tested': [
    [
      [100, 0],
      [200, 100],
      [200, 100],
    ],
    [
      [0, 0],
      [250, 125],
      [250, 125],
    ],
  ],
  'exactly nMin; one fewer': [
    [
      [0, 0],
      [30, 30],
      [30, 30],
    ],
    [
      [1, 1],
      [30, 30],
      [29, 29],
    ],
  ],
  nobody: [
    [
      [0, 0],
      [0, 0],
      [0, 0],
    ],
    [
      [0, 0],
      [0, 0],
      [0, 0],
    ],
  ],
};
type Counts = readonly (readonly [size: number, approvals: number])[];

function verdictVector(name: string, partitions: readonly [Counts, Counts]): Vector {
  const row = (counts: Counts | undefined, at: 0 | 1): number[] =>
    Array.from({ length: 8 }, (_, g) => counts?.[g]?.[at] ?? 0);
  // The unused partitions put everybody into group 0.
  const total = row(partitions[0], 0).reduce((sum, n) => sum + n, 0);
  const approvals = row(partitions[0], 1).reduce((sum, n) => sum + n, 0);
  const everybody: Counts = [[total, approvals]];
  const all = [...partitions, everybody, everybody];
  const opening: TallyOpening = {
    sizes: all.map((counts) => row(counts, 0)),
    approvals: all.map((counts) => row(counts, 1)),
    blinding: 0n,
  };
  const verdicts = verdictsOf(fairnessPolicy, opening);
  return {
    name,
    sizes: opening.sizes,
    approvals: opening.approvals,
    verdicts,
    signals: verdicts.map((verdict) => VERDICTS.indexOf(verdict)),
  };
}

function tableVector(opening: TallyOpening, tally: Point): Vector {
  const words = packTable(fairnessPolicy, opening);
  const table = encryptTable(fairnessPolicy, words, EPHEMERAL_SCALAR, tally);
  return {
    regulatorScalar: String(REGULATOR_SCALAR),
    regulatorKey: pair(pointMultiply(B8, REGULATOR_SCALAR)),
    ephemeralScalar: String(EPHEMERAL_SCALAR),
    tally: pair(tally),
    minCell: fairnessPolicy.document.minCell,
    words: decimals(words),
    E: pair(table.e),
    ct: decimals(table.words),
    tableCiphertextHash: String(tableCiphertextHash(table)),
  };
}
