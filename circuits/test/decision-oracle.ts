import {
  frFromSigned,
  IDENTITY,
  type Point,
  pointMultiply,
  poseidon,
  sumPoints,
  tag,
  tallyGenerators,
} from '@assay/field';
import type { WitnessInput } from '@assay/groth16';
import {
  type AdditiveCase,
  abs,
  inBand,
  magnitudesHash,
  modelCommitment,
  score,
  stepWord,
  sum,
} from './additive-oracle.ts';
import { groupOf, type PartitionCase, partitionsHash, ruleWord, thresholdWord } from './partitions-oracle.ts';

/** What every closing has. */
export interface ApplicantCase {
  readonly schemaId: bigint;
  readonly attributes: readonly bigint[];
  readonly subject: bigint;
  readonly salt: bigint;
  readonly eligible: boolean;
  readonly partitions: readonly PartitionCase[];
  readonly blinding: bigint;
  readonly reasons: readonly bigint[];
}

/** A decision by a model. `reasons` are used when the model declines. */
export interface DecisionCase extends ApplicantCase {
  readonly model: AdditiveCase;
}

/** A decision by a person. `reasons` are used when the person declines. */
export interface ManualCase extends ApplicantCase {
  readonly approve: boolean;
  readonly officerId: bigint;
  readonly officerSalt: bigint;
}

const NO_REASONS = [0n, 0n, 0n, 0n];

/** All inputs of the decision circuit, public signals as the specification gives them. */
export function decisionInput(decision: DecisionCase): WitnessInput {
  const { model, attributes, schemaId } = decision;
  const above = score(model, attributes) > model.cutoff;
  return {
    ...shellInput(decision, { above, inBand: inBand(model, attributes) }),
    modelCommitment: modelCommitment(schemaId, model),
    ...openedModel(model),
  };
}

/** The inputs of a circuit that opens a model's commitment. */
export function openedModel(model: AdditiveCase): WitnessInput {
  return {
    weights: model.weights.map(frFromSigned),
    stepWeights: model.steps.map(({ u }) => frFromSigned(u)),
    stepWords: model.steps.map(stepWord),
    bias: frFromSigned(model.bias),
    cutoff: frFromSigned(model.cutoff),
    gammaNum: model.gammaNum,
    b0: model.b0,
    weightSum: sum(model.weights.map(abs)),
    magnitudes: magnitudesHash(model),
    modelSalt: model.salt,
  };
}

/** What every decision circuit takes besides the model, for what the model says of the applicant. */
export function shellInput(
  applicant: ApplicantCase,
  { above, inBand }: { readonly above: boolean; readonly inBand: boolean },
): WitnessInput {
  const { eligible } = applicant;
  const referred = eligible && inBand;
  const approved = eligible && !referred && above;
  const outcome = referred ? 2n : approved ? 1n : 0n;
  const reasons = outcome === 0n ? applicant.reasons : NO_REASONS;
  const tally = referred ? IDENTITY : closingTally(applicant, approved);
  return {
    ...applicantInput(applicant),
    ...closingSignals(applicant, outcome, reasons),
    referred: referred ? 1n : 0n,
    tallyX: tally.x,
    tallyY: tally.y,
    reasons,
  };
}

/** All inputs of the manual decision's circuit. */
export function manualInput(decision: ManualCase): WitnessInput {
  const { approve, officerId, officerSalt } = decision;
  const reasons = approve ? NO_REASONS : decision.reasons;
  const tally = closingTally(decision, approve);
  return {
    ...applicantInput(decision),
    ...closingSignals(decision, approve ? 1n : 0n, reasons),
    officerCommitment: poseidon([tag('officer'), officerId, officerSalt]),
    tallyX: tally.x,
    tallyY: tally.y,
    reasons,
    approve: approve ? 1n : 0n,
    officerId,
    officerSalt,
  };
}

/** `P(tag(applicant), schemaId, packed, subject, salt)`. */
export function applicantCommitment({
  schemaId,
  attributes,
  subject,
  salt,
}: Pick<ApplicantCase, 'schemaId' | 'attributes' | 'subject' | 'salt'>): bigint {
  const packed = [0, 1, 2, 3, 4, 5].map((k) =>
    attributes.slice(6 * k, 6 * k + 6).reduce((word, x, i) => word + x * 2n ** BigInt(40 * i), 0n),
  );
  return poseidon([tag('applicant'), schemaId, ...packed, subject, salt]);
}

/** The tally of a closing that was not referred. */
export function closingTally({ partitions, attributes, blinding }: ApplicantCase, approved: boolean): Point {
  const generators = tallyGenerators();
  const groups = partitions.map((partition) => groupOf(partition, attributes));
  return sumPoints([
    ...groups.map((g, p) => generators.decided[p]![g]!),
    ...(approved ? groups.map((g, p) => generators.approved[p]![g]!) : []),
    pointMultiply(generators.blinding, blinding),
  ]);
}

function applicantInput(applicant: ApplicantCase): WitnessInput {
  const { schemaId, attributes, subject, salt, eligible, partitions, blinding } = applicant;
  return {
    schemaId,
    attributes,
    subject,
    salt,
    eligible: eligible ? 1n : 0n,
    thresholdWords: partitions.map(thresholdWord),
    ruleWords: partitions.map(ruleWord),
    blinding,
  };
}

function closingSignals(applicant: ApplicantCase, outcome: bigint, reasons: readonly bigint[]): WitnessInput {
  const { schemaId, subject, salt, eligible, partitions } = applicant;
  const commitment = applicantCommitment(applicant);
  const openingKey = poseidon([tag('opening-key'), subject, commitment]);
  return {
    applicantCommitment: commitment,
    partitionsHash: partitionsHash(schemaId, partitions),
    eligibilityCommitment: poseidon([tag('eligibility'), eligible ? 1n : 0n, subject, salt]),
    outcomeCommitment: poseidon([tag('outcome'), outcome, openingKey]),
    reasonsCommitment: poseidon([tag('reasons'), outcome, ...reasons, openingKey]),
  };
}
