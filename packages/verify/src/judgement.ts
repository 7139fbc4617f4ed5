/** The checks in their order (docs/spec/archive.md, section 5). */
export type CheckName =
  | 'signature'
  | 'verification-key'
  | 'public-signals'
  | 'points'
  | 'proof'
  | 'context'
  | 'uniqueness'
  | 'slot';

/** Why an envelope is rejected: no later entry can cure it. */
export type RejectionCode =
  | 'SIGNER_UNKNOWN'
  | 'SIGNATURE_INVALID'
  | 'AUTHORITY_UNKNOWN'
  | 'CIRCUIT_UNKNOWN'
  | 'VERIFICATION_KEY_NOT_PINNED'
  | 'PUBLIC_SIGNAL_COUNT'
  | 'PUBLIC_SIGNAL_OUT_OF_RANGE'
  | 'PROOF_ENCODING'
  | 'PROOF_POINT'
  | 'PROOF_INVALID'
  | 'SCOPE_MISMATCH'
  | 'AUDIENCE_MISMATCH'
  | 'POLICY_NOT_IN_FORCE'
  | 'ROOT_NOT_IN_FORCE'
  | 'AS_OF_NOT_TODAY'
  | 'MODEL_NOT_IN_FORCE'
  | 'PARTITIONS_NOT_IN_FORCE'
  | 'FAIRNESS_POLICY_NOT_IN_FORCE'
  | 'SCHEMA_NOT_IN_FORCE'
  | 'FAMILY_MISMATCH'
  | 'DUPLICATE_STATEMENT'
  | 'DUPLICATE_NULLIFIER'
  | 'DUPLICATE_CREDENTIAL'
  | 'DUPLICATE_APPLICANT'
  | 'ZERO_IDENTIFIER'
  | 'ELIGIBILITY_MISMATCH'
  | 'INTAKE_CLOSED'
  | 'INTAKE_REFERRED'
  | 'TALLY_MISMATCH'
  | 'TALLY_POINT'
  | 'TOTAL_MISMATCH'
  | 'WINDOW_PROVED'
  | 'WINDOW_PRUNED'
  | 'WITHDRAWALS_OVER_CEILING'
  | 'TABLE_MISSING'
  | 'TABLE_MISMATCH'
  | 'REGISTRATION_INVALID'
  | 'REGISTRATION_OUTDATED'
  | 'REGISTRATION_REPEATED'
  | 'REGISTRATION_CONFLICT';

/** What an envelope waits for. */
export type PendingCode =
  | 'INTAKE_MISSING'
  | 'REFERRAL_MISSING'
  | 'MODEL_MISSING'
  | 'SCOPE_MISSING'
  | 'REFERENCE_MISSING'
  | 'WINDOW_OPEN'
  | 'WINDOW_INCOMPLETE';

/** What the checks say of an envelope. */
export type Judgement =
  | { readonly result: 'accepted' }
  | { readonly result: 'pending'; readonly check: CheckName; readonly code: PendingCode }
  | { readonly result: 'rejected'; readonly check: CheckName; readonly code: RejectionCode };

export const ACCEPTED: Judgement = { result: 'accepted' };

export function rejected(check: CheckName, code: RejectionCode): Judgement {
  return { result: 'rejected', check, code };
}

export function pending(check: CheckName, code: PendingCode): Judgement {
  return { result: 'pending', check, code };
}
