import { poseidon, tag } from '@assay/field';
import type { WitnessInput } from '@assay/groth16';
import { type AdditiveCase, modelCommitment, score } from './additive-oracle.ts';
import { type ApplicantCase, applicantCommitment, openedModel } from './decision-oracle.ts';

/** A declined applicant whose reasons are asked for, docs/spec/statements.md, section 10. */
export interface ReasonsCase extends Pick<ApplicantCase, 'schemaId' | 'attributes' | 'subject' | 'salt'> {
  readonly baseline: readonly bigint[];
  readonly model: AdditiveCase;
}

/** What each attribute costs: the score with it alone at its baseline, less the score as it is. */
export function costs({ model, attributes, baseline }: ReasonsCase): bigint[] {
  return attributes.map((_, j) => score(model, attributes.with(j, baseline[j]!)) - score(model, attributes));
}

/** The four reasons, 1 + slot, 0 for none: the most expensive slot again and again, the lowest of equal ones. */
export function reasonsOf(reasons: ReasonsCase): bigint[] {
  const left = costs(reasons);
  return Array.from({ length: 4 }, () => {
    const most = left.reduce((best, cost, j) => (cost > left[best]! ? j : best), 0);
    if (left[most]! <= 0n) return 0n;
    left[most] = 0n;
    return BigInt(most + 1);
  });
}

/** `P(tag(baseline), schemaId, packed)`. */
export function baselineHash({ schemaId, baseline }: Pick<ReasonsCase, 'schemaId' | 'baseline'>): bigint {
  const packed = [0, 1, 2, 3, 4, 5].map((k) =>
    baseline.slice(6 * k, 6 * k + 6).reduce((word, x, i) => word + x * 2n ** BigInt(40 * i), 0n),
  );
  return poseidon([tag('baseline'), schemaId, ...packed]);
}

/** All inputs of the reasons circuit, public signals as the specification gives them; `reasons` as a bank claims them. */
export function reasonsInput(declined: ReasonsCase, reasons: readonly bigint[] = reasonsOf(declined)): WitnessInput {
  const { schemaId, attributes, subject, salt, baseline, model } = declined;
  const commitment = applicantCommitment(declined);
  const openingKey = poseidon([tag('opening-key'), subject, commitment]);
  return {
    schemaId,
    attributes,
    subject,
    salt,
    baseline,
    reasons,
    ...openedModel(model),
    applicantCommitment: commitment,
    modelCommitment: modelCommitment(schemaId, model),
    baselineHash: baselineHash(declined),
    outcomeCommitment: poseidon([tag('outcome'), 0n, openingKey]),
    reasonsCommitment: poseidon([tag('reasons'), 0n, ...reasons, openingKey]),
  };
}
