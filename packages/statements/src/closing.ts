import { type Fr, fr, IDENTITY } from '@assay/field';
import { evaluateModel } from '@assay/model';
import type { CircuitInput, Claim } from './circuit-input.ts';
import {
  type ApplicantOpening,
  applicantCommitment,
  eligibilityCommitment,
  type Outcome,
  officerCommitment,
  openingKey,
  outcomeCommitment,
  paddedReasons,
  reasonsCommitment,
} from './commitments.ts';
import { StatementError } from './error.ts';
import { familyOf } from './families/families.ts';
import type { CommittedModel } from './families/family.ts';
import { modelCommitment } from './model-commitment.ts';
import { groupOf, type Partitions, partitionWords } from './partitions.ts';
import type { SignalsOf } from './statement.ts';
import { type ClosingTally, closingTally, tallyBlinding } from './tally.ts';

/** What both kinds of closing are made from. All but the partitions is secret. */
export interface ClosingOpening {
  readonly applicant: ApplicantOpening;
  /** The bit that the intake committed to. */
  readonly eligible: boolean;
  readonly partitions: Partitions;
  /** 32 bytes, the prover's. */
  readonly tallyKey: Uint8Array;
  /** 32 random bytes of this closing. */
  readonly tallySalt: Uint8Array;
  /** Slots that the bank names as reasons of a decline, up to four. */
  readonly reasons: readonly number[];
}

/** A closing's claim, with what the prover keeps of it. */
export interface ClosingClaim<Signals> extends Claim<Signals> {
  readonly outcome: Outcome;
  /** What it adds to its window; undefined when it was referred. */
  readonly tally: ClosingTally | undefined;
}

/** The claim of a model's decision. The outcome follows from the model: nobody gives it. */
export function decisionClaim(opening: ClosingOpening, committed: CommittedModel): ClosingClaim<SignalsOf<'decision'>> {
  const { applicant, eligible } = opening;
  const family = familyOf(committed.model);
  const { inBand, approve } = evaluateModel(committed.model, applicant.attributes);
  const referred = eligible && inBand;
  const approved = eligible && !inBand && approve;
  const outcome = referred ? 'referred' : approved ? 'approved' : 'declined';
  const commitment = modelCommitment(committed);
  const shell = closingShell(opening, outcome, { kind: 'decision', modelCommitment: commitment });
  const signals = {
    applicantCommitment: shell.applicantCommitment,
    modelCommitment: commitment,
    partitionsHash: opening.partitions.hash,
    eligibilityCommitment: shell.eligibilityCommitment,
    referred: fr(BigInt(referred)),
    ...shell.tallySignals,
    outcomeCommitment: shell.outcomeCommitment,
    reasonsCommitment: shell.reasonsCommitment,
  };
  return {
    circuit: family.decision,
    input: { ...shell.input, ...family.decisionInput(committed, applicant.attributes), ...signals },
    signals,
    outcome,
    tally: shell.tally,
  };
}

/** A person's decision on a referred application. */
export interface ManualDecision {
  readonly approve: boolean;
  readonly officerId: Fr;
  readonly officerSalt: Fr;
}

/**
 * The claim of a manual decision.
 *
 * @throws StatementError `out-of-range` for an approval of an ineligible applicant, which no proof can show
 */
export function manualDecisionClaim(
  opening: ClosingOpening,
  { approve, officerId, officerSalt }: ManualDecision,
): ClosingClaim<SignalsOf<'manual-decision'>> {
  if (approve && !opening.eligible)
    throw new StatementError('out-of-range', 'outcome', 'an ineligible applicant cannot be approved');
  const outcome = approve ? 'approved' : 'declined';
  const shell = closingShell(opening, outcome, { kind: 'manual-decision', modelCommitment: 0n });
  const signals = {
    applicantCommitment: shell.applicantCommitment,
    partitionsHash: opening.partitions.hash,
    eligibilityCommitment: shell.eligibilityCommitment,
    officerCommitment: officerCommitment(officerId, officerSalt),
    ...shell.tallySignals,
    outcomeCommitment: shell.outcomeCommitment,
    reasonsCommitment: shell.reasonsCommitment,
  };
  const input = { ...shell.input, approve: BigInt(approve), officerId, officerSalt, ...signals };
  return { circuit: 'manual-decision', input, signals, outcome, tally: shell.tally };
}

interface Shell {
  readonly input: CircuitInput;
  readonly applicantCommitment: Fr;
  readonly eligibilityCommitment: Fr;
  readonly outcomeCommitment: Fr;
  readonly reasonsCommitment: Fr;
  readonly tallySignals: { readonly tallyX: Fr; readonly tallyY: Fr };
  readonly tally: ClosingTally | undefined;
}

/** What a model's decision and a person's have in common. */
function closingShell(
  opening: ClosingOpening,
  outcome: Outcome,
  context: { readonly kind: 'decision' | 'manual-decision'; readonly modelCommitment: bigint },
): Shell {
  const { applicant, eligible, partitions } = opening;
  const commitment = applicantCommitment(applicant);
  const key = openingKey(applicant.subject, commitment);
  const given = paddedReasons(opening.reasons);
  const reasons = outcome === 'declined' ? given : paddedReasons([]);
  const groups = partitions.partitions.map((partition) => groupOf(partition, applicant.attributes));
  const approved = outcome === 'approved';
  const blinding = tallyBlinding(opening.tallyKey, {
    ...context,
    applicantCommitment: commitment,
    partitionsHash: partitions.hash,
    groups,
    approved,
    tallySalt: opening.tallySalt,
  });
  const tally = outcome === 'referred' ? undefined : { groups, approved, blinding };
  const point = tally === undefined ? IDENTITY : closingTally(tally);
  const words = partitions.partitions.map(partitionWords);
  return {
    input: {
      schemaId: applicant.schemaId,
      attributes: applicant.attributes,
      subject: applicant.subject,
      salt: applicant.salt,
      eligible: BigInt(eligible),
      thresholdWords: words.map(({ thresholds }) => thresholds),
      ruleWords: words.map(({ rule }) => rule),
      blinding,
      reasons,
    },
    applicantCommitment: commitment,
    eligibilityCommitment: eligibilityCommitment(eligible, applicant.subject, applicant.salt),
    outcomeCommitment: outcomeCommitment(outcome, key),
    reasonsCommitment: reasonsCommitment(outcome, reasons, key),
    tallySignals: { tallyX: point.x, tallyY: point.y },
    tally,
  };
}
