import type { Fr } from '@assay/field';
import { evaluateModel, type Model } from '@assay/model';
import type { Claim } from './circuit-input.ts';
import {
  type ApplicantOpening,
  applicantCommitment,
  openingKey,
  outcomeCommitment,
  paddedReasons,
  REASONS,
  reasonsCommitment,
} from './commitments.ts';
import { FAMILIES, familyOf } from './families/families.ts';
import type { CommittedModel } from './families/family.ts';
import { modelCommitment } from './model-commitment.ts';
import { baselineHash } from './reason-rules.ts';

/**
 * The public signals of the reasons statement, in order. It is no statement of the archive: an entry of its kind would tell
 * everybody that the applicant was declined. It is handed to the applicant, in the notice.
 */
export const REASONS_SIGNALS = [
  'applicantCommitment',
  'modelCommitment',
  'baselineHash',
  'outcomeCommitment',
  'reasonsCommitment',
] as const;

/** The public signals by name. */
export type ReasonsSignals = Readonly<Record<(typeof REASONS_SIGNALS)[number], Fr>>;

/** The circuits that prove reasons: one for each model family. */
export const REASONS_CIRCUITS: readonly string[] = FAMILIES.map(({ reasons }) => reasons.circuit);

/** Public signals in circuit order. */
export function encodeReasonsSignals(signals: Readonly<Record<keyof ReasonsSignals, bigint>>): bigint[] {
  return REASONS_SIGNALS.map((name) => signals[name]);
}

/** Whether `circuit` is the one that proves reasons of decisions that `decision`, a circuit too, proved. */
export function provesReasons(circuit: string, decision: string): boolean {
  return FAMILIES.some((family) => family.decision === decision && family.reasons.circuit === circuit);
}

/**
 * What each attribute costs an applicant under a model of any family: by how much the score would rise if it alone had its
 * baseline value, in the score's integer units.
 *
 * @param attributes 32, encoded, as is `baseline`
 */
export function attributeCosts(model: Model, attributes: readonly bigint[], baseline: readonly bigint[]): bigint[] {
  const score = (x: readonly bigint[]): bigint => evaluateModel(model, x).score;
  const own = score(attributes);
  return attributes.map((value, slot) =>
    value === baseline[slot] ? 0n : score(attributes.with(slot, baseline[slot]!)) - own,
  );
}

/** The slots of the up to four largest positive costs, the largest first, the lower slot first where two are equal. */
export function topReasons(costs: readonly bigint[]): number[] {
  return costs
    .map((cost, slot) => ({ cost, slot }))
    .filter(({ cost }) => cost > 0n)
    .sort((a, b) => (a.cost === b.cost ? a.slot - b.slot : a.cost > b.cost ? -1 : 1))
    .slice(0, REASONS)
    .map(({ slot }) => slot);
}

/** What the reasons of a declined application are proved from. All but the baseline is secret. */
export interface ReasonsOpening {
  readonly applicant: ApplicantOpening;
  /** 32 encoded attributes. */
  readonly baseline: readonly bigint[];
  /** The slots that the decision committed to. */
  readonly reasons: readonly number[];
}

/**
 * The claim that a declined application's reasons are those that cost most. No witness satisfies it when they are not.
 *
 * @throws StatementError `out-of-range` for a model of a size that no circuit has
 */
export function reasonsClaim(
  { applicant, baseline, reasons: slots }: ReasonsOpening,
  committed: CommittedModel,
): Claim<ReasonsSignals> {
  const { reasons: proved } = familyOf(committed.model);
  const commitment = applicantCommitment(applicant);
  const key = openingKey(applicant.subject, commitment);
  const reasons = paddedReasons(slots);
  const signals = {
    applicantCommitment: commitment,
    modelCommitment: modelCommitment(committed),
    baselineHash: baselineHash(applicant.schemaId, baseline),
    outcomeCommitment: outcomeCommitment('declined', key),
    reasonsCommitment: reasonsCommitment('declined', reasons, key),
  };
  const input = {
    schemaId: applicant.schemaId,
    attributes: applicant.attributes,
    subject: applicant.subject,
    salt: applicant.salt,
    baseline,
    reasons,
    ...proved.input(committed, applicant.attributes, baseline),
    ...signals,
  };
  return { circuit: proved.circuit, input, signals };
}
