import { type AdditiveModel, evaluateAdditive } from '@assay/model';
import { decodeAttribute, encodeAttributes, type Schema } from '@assay/schema';
import { generateApplicants, type SyntheticApplicant } from './generate.ts';

/** Smallest group that the demo's fairness policy judges. */
export const DEMO_N_MIN = 5;
/** Seeds whose default populations are clear cut: see {@link demoApplicants}. */
const SEEDS = { fair: 5, biased: 38 };
const COUNT = 24;

/**
 * The demo's applicants: two of them ineligible, one referred because its score lies within the model's band. With the default count and
 * `retail-sklearn`, a fairness policy of four fifths over `partitions.json` gives PASS for both partitions, or, when biased, FAIL for
 * `sex` and PASS for `age`, whatever the officer decides on the referred one.
 */
export function demoApplicants(
  schema: Schema,
  model: AdditiveModel,
  options: { readonly biased?: boolean; readonly count?: number; readonly seed?: number } = {},
): SyntheticApplicant[] {
  const { biased = false, count = COUNT } = options;
  const seed = options.seed ?? (biased ? SEEDS.biased : SEEDS.fair);
  const applicants = generateApplicants({ seed, count, biased, withIneligible: true });
  const referred = nearestToCutoff(applicants, schema, model);
  return applicants.map((applicant) => (applicant === referred?.from ? referred.to : applicant));
}

/** The eligible applicant who has to change least, before and after. */
function nearestToCutoff(applicants: readonly SyntheticApplicant[], schema: Schema, model: AdditiveModel) {
  const distance = ({ values }: SyntheticApplicant) => {
    const away = evaluateAdditive(model, encodeAttributes(schema, values)).score - model.cutoff;
    return away < 0n ? -away : away;
  };
  return applicants
    .filter(({ ineligible }) => ineligible === undefined)
    .toSorted((a, b) => (distance(a) < distance(b) ? -1 : 1))
    .map((from) => ({ from, to: withScoreAtCutoff(from, schema, model, 'income') }))
    .find((pair): pair is { from: SyntheticApplicant; to: SyntheticApplicant } => pair.to !== undefined);
}

/**
 * The same applicant with one amount changed so that the score is as close to the cutoff as that amount's steps allow, and lies in the
 * band; undefined if the amount cannot do that within its range.
 */
export function withScoreAtCutoff(
  applicant: SyntheticApplicant,
  schema: Schema,
  model: AdditiveModel,
  name: string,
): SyntheticApplicant | undefined {
  const attribute = schema.byName.get(name);
  const weight = attribute === undefined ? 0n : model.weights[attribute.slot]!;
  if (attribute === undefined || weight === 0n) return undefined;
  const x = encodeAttributes(schema, applicant.values);
  const at = x[attribute.slot]! + (model.cutoff - evaluateAdditive(model, x).score) / weight;
  if (at < 0n || at > attribute.maxEncoded) return undefined;
  if (!evaluateAdditive(model, x.with(attribute.slot, at)).inBand) return undefined;
  return { ...applicant, values: new Map(applicant.values).set(name, decodeAttribute(attribute, at)) };
}
