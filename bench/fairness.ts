import { GROUPS, PARTITIONS, type Point, pointEquals, randomScalar, sumPoints } from '@assay/field';
import { verifyGroth16 } from '@assay/groth16';
import {
  type ClosingTally,
  closingTally,
  type FairnessPolicy,
  fairnessClaim,
  openingTally,
  sumClosings,
} from '@assay/statements';
import type { Bench } from './harness/bench.ts';
import { type MeasuredProver, medianOf, type ProvingFigures, startProver } from './harness/measured-prover.ts';
import { milliseconds, timed } from './harness/median.ts';
import { figure } from './harness/table.ts';
import { retailFairnessPolicy } from './retail.ts';

const SIZES = [100, 10_000, 1_000_000];
/** Different closings of which windows are made up. */
const POOL = 1024;

interface WindowFigures extends ProvingFigures {
  readonly closings: number;
  /** The prover's side: adding up openings, and making the claim of the sums. */
  readonly sumOpeningsMs: number;
  readonly claimMs: number;
  /** The verifier's side: its window accounts add up points so. Wall clock and processor time. */
  readonly sumPointsMs: number;
  readonly sumPointsCpuMs: number;
  readonly verifyMs: number;
}

/** Cost of a window's fairness against its number of closings. The tallies are real: what is left out is proving each closing. */
export const fairness: Bench = {
  name: 'fairness',
  title: 'a fairness proof by number of closings',
  async run({ runs, onProgress }) {
    const policy = retailFairnessPolicy();
    onProgress(`${POOL} closings`);
    const pool = Array.from({ length: POOL }, (_, i) => syntheticClosing(i));
    const points = pool.map(closingTally);
    const warmUp = fairnessClaim(policy, sumClosings(pool), randomScalar()).input;
    await using prover = await startProver('fairness', warmUp);
    const results: WindowFigures[] = [];
    for (const closings of SIZES) {
      onProgress(`${figure(closings)} closings`);
      results.push(await measure(prover, policy, pool, points, closings, runs));
    }
    const head = [
      'closings',
      'witness ms',
      'proof ms',
      'CPU s',
      'verify ms',
      'sum points ms',
      'sum CPU ms',
      'sum openings ms',
    ];
    const rows = results.map((r) => [
      figure(r.closings),
      figure(r.witnessMs),
      figure(r.proveMs),
      r.cpuSeconds === null ? '-' : figure(r.cpuSeconds, 2),
      figure(r.verifyMs, 1),
      figure(r.sumPointsMs, 1),
      figure(r.sumPointsCpuMs, 1),
      figure(r.sumOpeningsMs, 1),
    ]);
    return { results, table: { head, rows } };
  },
};

async function measure(
  prover: MeasuredProver,
  policy: FairnessPolicy,
  pool: readonly ClosingTally[],
  points: readonly Point[],
  closings: number,
  runs: number,
): Promise<WindowFigures> {
  const tallies = Array.from({ length: closings }, (_, i) => points[i % POOL]!);
  let tally = points[0]!;
  const sum = await timed(() => {
    tally = sumPoints(tallies);
  });
  let opening = sumClosings([]);
  const sumOpeningsMs = await milliseconds(() => {
    opening = sumClosings(Array.from({ length: closings }, (_, i) => pool[i % POOL]!));
  });
  if (!pointEquals(openingTally(opening), tally)) throw new Error('the sums do not open the tally');

  let claim = fairnessClaim(policy, opening, randomScalar());
  const claimMs = await milliseconds(() => {
    claim = fairnessClaim(policy, opening, randomScalar());
  });
  const { figures, proof, publicSignals } = await prover.prove(claim.input, runs);
  const key = prover.artifacts.verificationKey;
  const verifyMs = await medianOf(4 * runs, () => {
    if (!verifyGroth16(key, publicSignals, proof).ok) throw new Error('a proof that was just made is refused');
  });
  return { closings, sumOpeningsMs, claimMs, sumPointsMs: sum.ms, sumPointsCpuMs: sum.cpuMs, verifyMs, ...figures };
}

/** Groups 1 and 2 of each partition, equally many; three in four of one and two in three of the other are approved. */
function syntheticClosing(i: number): ClosingTally {
  const groups = Array.from({ length: PARTITIONS }, (_, p) => (p < 2 ? 1 + ((i >> p) % 2) : 0));
  if (groups.some((group) => group >= GROUPS)) throw new RangeError('there is no such group');
  return { groups, approved: i % (groups[0] === 1 ? 4 : 3) !== 0, blinding: randomScalar() };
}
