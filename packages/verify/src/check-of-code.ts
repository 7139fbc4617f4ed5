import type { CheckName, PendingCode, RejectionCode } from './judgement.ts';

/** The checks in their order (docs/spec/archive.md, section 5). */
export const CHECKS: readonly CheckName[] = [
  'signature',
  'verification-key',
  'public-signals',
  'points',
  'proof',
  'context',
  'uniqueness',
  'slot',
];

const CHECK_OF: Readonly<Record<RejectionCode | PendingCode, CheckName>> = {
  SIGNER_UNKNOWN: 'signature',
  SIGNATURE_INVALID: 'signature',
  AUTHORITY_UNKNOWN: 'signature',
  CIRCUIT_UNKNOWN: 'verification-key',
  VERIFICATION_KEY_NOT_PINNED: 'verification-key',
  PUBLIC_SIGNAL_COUNT: 'public-signals',
  PUBLIC_SIGNAL_OUT_OF_RANGE: 'public-signals',
  PROOF_ENCODING: 'points',
  PROOF_POINT: 'points',
  PROOF_INVALID: 'proof',
  SCOPE_MISMATCH: 'context',
  AUDIENCE_MISMATCH: 'context',
  POLICY_NOT_IN_FORCE: 'context',
  ROOT_NOT_IN_FORCE: 'context',
  AS_OF_NOT_TODAY: 'context',
  MODEL_NOT_IN_FORCE: 'context',
  PARTITIONS_NOT_IN_FORCE: 'context',
  FAIRNESS_POLICY_NOT_IN_FORCE: 'context',
  SCHEMA_NOT_IN_FORCE: 'context',
  FAMILY_MISMATCH: 'context',
  ELIGIBILITY_MISMATCH: 'context',
  REGISTRATION_INVALID: 'context',
  REGISTRATION_CONFLICT: 'context',
  SCOPE_MISSING: 'context',
  MODEL_MISSING: 'context',
  REFERENCE_MISSING: 'context',
  DUPLICATE_STATEMENT: 'uniqueness',
  DUPLICATE_NULLIFIER: 'uniqueness',
  DUPLICATE_CREDENTIAL: 'uniqueness',
  DUPLICATE_APPLICANT: 'uniqueness',
  ZERO_IDENTIFIER: 'uniqueness',
  WINDOW_PROVED: 'uniqueness',
  REGISTRATION_OUTDATED: 'uniqueness',
  REGISTRATION_REPEATED: 'uniqueness',
  INTAKE_CLOSED: 'slot',
  INTAKE_REFERRED: 'slot',
  TALLY_MISMATCH: 'slot',
  TALLY_POINT: 'slot',
  TOTAL_MISMATCH: 'slot',
  WINDOW_PRUNED: 'slot',
  WITHDRAWALS_OVER_CEILING: 'slot',
  TABLE_MISSING: 'slot',
  TABLE_MISMATCH: 'slot',
  INTAKE_MISSING: 'slot',
  REFERRAL_MISSING: 'slot',
  WINDOW_OPEN: 'slot',
  WINDOW_INCOMPLETE: 'slot',
};

/** The check that a code of a leaf or of a waiting envelope belongs to; undefined for a code that is none of ours. */
export function checkOf(code: string): CheckName | undefined {
  return Object.hasOwn(CHECK_OF, code) ? CHECK_OF[code as RejectionCode | PendingCode] : undefined;
}
