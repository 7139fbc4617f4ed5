import { reduceScalar, stringId } from '@assay/field';
import { encodeAttributes, protectedMask } from '@assay/schema';
import {
  type ClosingOpening,
  conformanceClaim,
  decisionClaim,
  eligibilityClaim,
  fairnessClaim,
  manualDecisionClaim,
  type StatementKind,
  signalNames,
  sumClosings,
} from '@assay/statements';
import { decimals, type Vector } from './encode.ts';
import {
  applicantOf,
  BANK,
  credentialOf,
  EPHEMERAL_SCALAR,
  fairnessPolicy,
  model,
  partitions,
  policy,
  RAW_VALUES,
  schema,
  scopeElement,
  TALLY_KEY,
  TALLY_SALT,
  TODAY,
  trust,
} from './inputs.ts';

/** One claim of each statement over the inputs of the other files: every circuit input by name, and the public signals in order. */
export function statementVectors(): Vector {
  const applicant = applicantOf(encodeAttributes(schema, RAW_VALUES));
  const opening: ClosingOpening = {
    applicant,
    eligible: true,
    partitions,
    tallyKey: TALLY_KEY,
    tallySalt: TALLY_SALT,
    reasons: [7, 8],
  };
  const eligibility = eligibilityClaim({
    applicant,
    credentials: { identity: credentialOf('identity', applicant), financial: credentialOf('financial', applicant) },
    policy,
    trust,
    audience: stringId(BANK),
    scope: scopeElement,
    ordinal: 0,
    asOf: TODAY,
  });
  const decision = decisionClaim(opening, model);
  const officer = { approve: true, officerId: stringId('officer 7'), officerSalt: stringId('an officer salt') };
  const manual = manualDecisionClaim(opening, officer);
  const closings = [decision, manual].flatMap(({ tally }) => tally ?? []);
  return {
    eligibility: { eligible: eligibility.eligible, ...claim('eligibility', eligibility) },
    conformance: claim('conformance', conformanceClaim(model, protectedMask(schema))),
    decision: { outcome: decision.outcome, ...claim('decision', decision) },
    'manual-decision': { outcome: manual.outcome, ...claim('manual-decision', manual) },
    fairness: claim('fairness', fairnessClaim(fairnessPolicy, sumClosings(closings), reduceScalar(EPHEMERAL_SCALAR))),
  };
}

function claim(
  kind: StatementKind,
  { circuit, input, signals }: { circuit: string; input: object; signals: object },
): Record<string, Vector> {
  const values = signals as Readonly<Record<string, bigint>>;
  return {
    circuit,
    publicSignals: signalNames(kind).map((name) => ({ name, value: String(values[name]!) })),
    input: decimals(input),
  };
}
