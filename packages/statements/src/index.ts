export type { CircuitInput, Claim, InputValue } from './circuit-input.ts';
export {
  type ClosingClaim,
  type ClosingOpening,
  decisionClaim,
  type ManualDecision,
  manualDecisionClaim,
} from './closing.ts';
export {
  type ApplicantOpening,
  applicantCommitment,
  credentialNullifier,
  eligibilityCommitment,
  nullifier,
  OUTCOMES,
  type Outcome,
  officerCommitment,
  openingKey,
  outcomeCommitment,
  packAttributes,
  paddedReasons,
  REASONS,
  reasonsCommitment,
} from './commitments.ts';
export { conformanceClaim } from './conformance.ts';
export {
  type Credential,
  type CredentialContent,
  type CredentialRequest,
  checkSignatures,
  credentialMessage,
  isSigned,
  issueCredential,
} from './credential.ts';
export { type EligibilityClaim, type EligibilityOpening, eligibilityClaim } from './eligibility.ts';
export { StatementError, type StatementErrorCode } from './error.ts';
export { type FairnessClaim, fairnessClaim } from './fairness.ts';
export {
  compileFairnessPolicy,
  type FairnessPartition,
  type FairnessPolicy,
  type FairnessPolicyDocument,
} from './fairness-policy.ts';
export { FAMILIES, familyOf, provesFamily } from './families/families.ts';
export type { CommittedModel, Family } from './families/family.ts';
export { hashIssuer, type Issuer, IssuerTree, ROLES, type Role } from './issuer.ts';
export { modelCommitment } from './model-commitment.ts';
export { decodeModelOpening, encodeModelOpening } from './model-opening.ts';
export {
  compilePartitions,
  groupOf,
  NO_SLOT,
  type Partition,
  type Partitions,
  type PartitionsDocument,
} from './partitions.ts';
export { DENIAL_REASONS, OTHER_REASON, type ReasonCode } from './reason-codes.ts';
export { baselineHash, compileReasons, type ReasonRules, type ReasonsDocument } from './reason-rules.ts';
export {
  attributeCosts,
  encodeReasonsSignals,
  provesReasons,
  REASONS_CIRCUITS,
  REASONS_SIGNALS,
  type ReasonsOpening,
  type ReasonsSignals,
  reasonsClaim,
  topReasons,
} from './reasons.ts';
export {
  CIRCUITS,
  decodeSignals,
  encodeSignals,
  isStatementKind,
  type SignalsOf,
  STATEMENT_KINDS,
  type StatementKind,
  signalNames,
  tallyOf,
} from './statement.ts';
export {
  decryptTable,
  encryptTable,
  packTable,
  TABLE_WORDS,
  type TableCell,
  type TableCiphertext,
  tableCiphertextHash,
} from './table.ts';
export {
  type BlindingContext,
  type ClosingTally,
  closingTally,
  openingTally,
  sumClosings,
  type TallyOpening,
  tallyBlinding,
} from './tally.ts';
export { decodeTallyOpening, encodeTallyOpening, type WindowSums } from './tally-opening.ts';
export { TREE_DEPTHS } from './trees.ts';
export { buildTrustTrees, type TrustLists, type TrustTrees } from './trust-lists.ts';
export { VERDICTS, type Verdict, verdictsOf } from './verdict.ts';
