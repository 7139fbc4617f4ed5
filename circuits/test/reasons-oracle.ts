import { poseidon, tag } from '@assay/field';
import type { WitnessInput } from '@assay/groth16';
import { type AdditiveCase, modelCommitment, score } from './additive-oracle.ts';
import { type ApplicantCase, applicantCommitment, openedModel } from './decision-oracle.ts';

/** A declined applicant whose reasons are asked for, docs/spec/statements.md, section 10. */
export interface DeclinedCase extends Pick<ApplicantCase, 'schemaId' | 'attributes' | 'subject' | 'salt'> {
  readonly baseline: readonly bigint[];
}

/** The same, by an additive model. */
export interface ReasonsCase extends DeclinedCase {
  readonly model: AdditiveCase;
}

/** The public signals of every statement of reasons, in their order. */
export const REASONS_SIGNALS = [
  'applicantCommitment',
  'modelCommitment',
  'baselineHash',
  'outcomeCommitment',
  'reasonsCommitment',
] as const;

/** The same case where these slots cost nothing: their baseline is the applicant's own value. */
export function withoutCosts<C extends DeclinedCase>(declined: C, slots: readonly number[]): C {
  const { attributes, baseline } = declined;
  return { ...declined, baseline: baseline.map((value, j) => (slots.includes(j) ? attributes[j]! : value)) };
}

/** What each attribute costs: the score with it alone at its baseline, less the score as it is. */
export function costsBy(
  score: (x: readonly bigint[]) => bigint,
  { attributes, baseline }: Pick<DeclinedCase, 'attributes' | 'baseline'>,
): bigint[] {
  return attributes.map((_, j) => score(attributes.with(j, baseline[j]!)) - score(attributes));
}

/** The four reasons, 1 + slot, 0 for none: the most expensive slot again and again, the lowest of equal ones. */
export function mostExpensive(costs: readonly bigint[]): bigint[] {
  const left = [...costs];
  return Array.from({ length: 4 }, () => {
    const most = left.reduce((best, cost, j) => (cost > left[best]! ? j : best), 0);
    if (left[most]! <= 0n) return 0n;
    left[most] = 0n;
    return BigInt(most + 1);
  });
}

/** Costs by an additive model. */
export function costs(reasons: ReasonsCase): bigint[] {
  return costsBy((x) => score(reasons.model, x), reasons);
}

/** Reasons by an additive model. */
export function reasonsOf(reasons: ReasonsCase): bigint[] {
  return mostExpensive(costs(reasons));
}

/** `P(tag(baseline), schemaId, packed)`. */
export function baselineHash({ schemaId, baseline }: Pick<DeclinedCase, 'schemaId' | 'baseline'>): bigint {
  const packed = [0, 1, 2, 3, 4, 5].map((k) =>
    baseline.slice(6 * k, 6 * k + 6).reduce((word, x, i) => word + x * 2n ** BigInt(40 * i), 0n),
  );
  return poseidon([tag('baseline'), schemaId, ...packed]);
}

/** All inputs of the additive family's circuit, public signals as the specification gives them; `reasons` as a bank claims them. */
export function reasonsInput(declined: ReasonsCase, reasons: readonly bigint[] = reasonsOf(declined)): WitnessInput {
  return {
    ...declinedInput(declined, reasons),
    ...openedModel(declined.model),
    modelCommitment: modelCommitment(declined.schemaId, declined.model),
  };
}

/** What every circuit of reasons takes besides the model. */
export function declinedInput(declined: DeclinedCase, reasons: readonly bigint[]): WitnessInput {
  const { schemaId, attributes, subject, salt, baseline } = declined;
  const commitment = applicantCommitment(declined);
  const openingKey = poseidon([tag('opening-key'), subject, commitment]);
  return {
    schemaId,
    attributes,
    subject,
    salt,
    baseline,
    reasons,
    applicantCommitment: commitment,
    baselineHash: baselineHash(declined),
    outcomeCommitment: poseidon([tag('outcome'), 0n, openingKey]),
    reasonsCommitment: poseidon([tag('reasons'), 0n, ...reasons, openingKey]),
  };
}
