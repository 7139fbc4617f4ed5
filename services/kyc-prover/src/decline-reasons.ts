import type { Model } from '@assay/model';
import { failedSlots } from '@assay/policy';
import { attributeCosts, familyOf, REASONS, topReasons } from '@assay/statements';
import type { ReasonsBasis } from '@assay/verify';
import type { InForce } from './in-force.ts';

/** The reasons that a declined decision commits to, and where they come from. */
export interface DeclineReasons {
  readonly basis: Exclude<ReasonsBasis, 'officer'>;
  /** At most four slots, the first the heaviest where the score names them. */
  readonly slots: readonly number[];
}

/**
 * The reasons of a model's decline: the attributes that do not meet the policy, or else those that cost the score most. Whether
 * an applicant was screened is not looked at: who was is told what the score says, as anybody else, with a proof.
 *
 * @param attributes 32, encoded
 */
export function declineReasons(
  attributes: readonly bigint[],
  model: Model,
  { policy, reasons }: Pick<InForce, 'policy' | 'reasons'>,
): DeclineReasons {
  const failed = failedSlots(policy, attributes);
  if (failed.length > 0) return { basis: 'policy', slots: failed.slice(0, REASONS) };
  if (reasons === undefined) return { basis: 'declared', slots: [] };
  const slots = topReasons(attributeCosts(model, attributes, reasons.baseline));
  return { basis: 'score', slots };
}

/**
 * What a notice says that committed reasons rest on: those of the score are declared where no key proves them here.
 *
 * @param committed the slots that the decision committed to
 * @param circuits those of reasons that there are keys for
 */
export function saidBasis(
  expected: DeclineReasons,
  committed: readonly number[],
  model: Model,
  circuits: ReadonlySet<string>,
): DeclineReasons['basis'] {
  // A decision that was made before its intake was archived may have been measured against what was in force before.
  if (expected.slots.join() !== committed.join()) return 'declared';
  if (expected.basis !== 'score') return expected.basis;
  return circuits.has(familyOf(model).reasons.circuit) ? 'score' : 'declared';
}
