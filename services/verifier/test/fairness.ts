import { sumPoints } from '@assay/field';
import { fairness } from '../../../packages/verify/test/fairness.ts';
import { tallyOf } from '../../../packages/verify/test/world.ts';

/** A fairness statement over the closings of applicants in the first window, with its table. `verdict`: of the one partition. */
export function fairnessOver(counted: readonly number[], verdict: bigint): ReturnType<typeof fairness> {
  return fairness(1, counted.length, sumPoints(counted.map(tallyOf)), { verdict });
}
