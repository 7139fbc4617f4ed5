import { reduceScalar, stringId } from '@assay/field';
import { encodeAttributes, protectedMask } from '@assay/schema';
import {
  attributeCosts,
  type ClosingOpening,
  type CommittedModel,
  conformanceClaim,
  decisionClaim,
  eligibilityClaim,
  fairnessClaim,
  manualDecisionClaim,
  REASONS_SIGNALS,
  reasonsClaim,
  type StatementKind,
  signalNames,
  sumClosings,
  topReasons,
} from '@assay/statements';
import { decimals, type Vector } from './encode.ts';
import {
  applicantOf,
  BANK,
  credentialOf,
  EPHEMERAL_SCALAR,
  fairnessPolicy,
  model,
  network,
  partitions,
  policy,
  RAW_VALUES,
  reasonRules,
  schema,
  scopeElement,
  TALLY_KEY,
  TALLY_SALT,
  TODAY,
  treeModel,
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
  const byTrees = decisionClaim(opening, treeModel);
  const byNetwork = decisionClaim(opening, network);
  const officer = { approve: true, officerId: stringId('officer 7'), officerSalt: stringId('an officer salt') };
  const manual = manualDecisionClaim(opening, officer);
  const { baseline } = reasonRules;
  const reasonsOf = (committed: CommittedModel): Vector => {
    const costs = attributeCosts(committed.model, applicant.attributes, baseline);
    const claim = reasonsClaim({ applicant, baseline, reasons: topReasons(costs) }, committed);
    return { costs: costs.map(String), ...claimOf(REASONS_SIGNALS, claim) };
  };
  const closings = [decision, manual].flatMap(({ tally }) => tally ?? []);
  return {
    eligibility: { eligible: eligibility.eligible, ...claim('eligibility', eligibility) },
    conformance: claim('conformance', conformanceClaim(model, protectedMask(schema))),
    decision: { outcome: decision.outcome, ...claim('decision', decision) },
    'conformance-trees': claim('conformance', conformanceClaim(treeModel, protectedMask(schema))),
    'decision-trees': { outcome: byTrees.outcome, ...claim('decision', byTrees) },
    'conformance-network': claim('conformance', conformanceClaim(network, protectedMask(schema))),
    'decision-network': { outcome: byNetwork.outcome, ...claim('decision', byNetwork) },
    'manual-decision': { outcome: manual.outcome, ...claim('manual-decision', manual) },
    fairness: claim('fairness', fairnessClaim(fairnessPolicy, sumClosings(closings), reduceScalar(EPHEMERAL_SCALAR))),
    reasons: reasonsOf(model),
    'reasons-trees': reasonsOf(treeModel),
    'reasons-network': reasonsOf(network),
  };
}

interface AnyClaim {
  readonly circuit: string;
  readonly input: object;
  readonly signals: object;
}

function claim(kind: StatementKind, made: AnyClaim): Record<string, Vector> {
  return claimOf(signalNames(kind), made);
}

function claimOf(names: readonly string[], { circuit, input, signals }: AnyClaim): Record<string, Vector> {
  const values = signals as Readonly<Record<string, bigint>>;
  return {
    circuit,
    publicSignals: names.map((name) => ({ name, value: String(values[name]!) })),
    input: decimals(input),
  };
}
