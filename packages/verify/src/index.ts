export { checkEnvelope } from './check.ts';
export { CHECKS, checkOf } from './check-of-code.ts';
export { deadlineOf, isOverdue } from './deadline.ts';
export { type Dsse, dsseSignedBy, keyIdOf, type SignatureCheck, type Signer, signatureCheck } from './dsse.ts';
export { decodeEntry, type Entry, type EntryKind, encodeEntry } from './entry.ts';
export {
  type ClosingsKind,
  type Envelope,
  envelopeDigest,
  MAX_ENVELOPE_BYTES,
  type Predicate,
  type ProofContext,
  type ProofPredicate,
  parseEnvelope,
  type RegistrationPredicate,
  registrationPayload,
  sealEnvelope,
  type WithdrawalPredicate,
  type WithdrawalReason,
} from './envelope.ts';
export { VerifyError, type VerifyErrorCode } from './error.ts';
export { collectEvidence, type EvidenceOptions, type EvidenceSource } from './evidence/collect-evidence.ts';
export { type Evidence, type EvidenceEntry, formatEvidence, parseEvidence } from './evidence/evidence.ts';
export type { EvidenceReport, FairnessReport } from './evidence/report.ts';
export { type EvidenceChecks, verifyEvidence } from './evidence/verify-evidence.ts';
export { type Finding, type FindingCode, findings, windowFindings } from './findings.ts';
export { type Cosigner, type Head, openHead, requireHead } from './head.ts';
export type { CheckName, Judgement, PendingCode, RejectionCode } from './judgement.ts';
export { Ledger, type PrunedPlace } from './ledger.ts';
export {
  checkNotice,
  type NoticeCheck,
  type NoticeCheckName,
  type NoticeOptions,
  type NoticeReport,
} from './notice/check-notice.ts';
export {
  formatNotice,
  MAX_NOTICE_BYTES,
  type Notice,
  type NoticeEntry,
  type NoticeReason,
  type NoticeReasons,
  parseNotice,
  type ReasonsBasis,
} from './notice/notice.ts';
export { checkProof, checkProofs, type Proved } from './proof-checks.ts';
export { openPruning, type PrunedBlob, type PruningRecord, signPruning } from './pruning.ts';
export {
  parseRegistration,
  REGISTRATION_KINDS,
  type ReasonsBody,
  type Registration,
  type RegistrationKind,
  registrationName,
  type ScopeBody,
} from './registration.ts';
export { Registrations } from './registrations.ts';
export { EMPTY_REGISTRY_HEAD, nextRegistryHead, type Pin, type Registry } from './registry.ts';
export { type RemovedIntake, requireOwnWindow } from './removed-intakes.ts';
export { bankOf, type EntrySource, kindOf, type ReplayedEntry, replay, statementOf } from './replay.ts';
export { isPrunable, PRUNABLE_KINDS, type PrunableKind, prunableKind } from './retention.ts';
export { BANK_PATTERN, bankOfScope, SCOPE_PATTERN, scopeElement } from './scope.ts';
export type { ArchivedFairness } from './scope-book.ts';
export { expectedTally, type SlotAccount } from './slot-account.ts';
export { formatTable, matchesTable, parseTable } from './table.ts';
export { DEMO_ORIGIN, parseTrust, refuseDisguisedKeys, type Trust, type TrustedWitness } from './trust.ts';
export type { Closing, ExpectedTally, Intake, Window, WindowCounts, WindowState } from './windows.ts';
