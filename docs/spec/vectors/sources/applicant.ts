import { stringId } from '@assay/field';
import { encodeAttributes } from '@assay/schema';
import {
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
  reasonsCommitment,
} from '@assay/statements';
import { decimals, type Vector } from './encode.ts';
import { applicantOf, RAW_VALUES, SCHEMA_DOCUMENT, SCOPE, schema, scopeElement } from './inputs.ts';

/** Encoding, packing, and every commitment about one applicant. */
export function applicantVectors(): Vector {
  const attributes = encodeAttributes(schema, RAW_VALUES);
  const applicant = applicantOf(attributes);
  const commitment = applicantCommitment(applicant);
  const key = openingKey(applicant.subject, commitment);
  const reasons = [8n, 9n, 0n, 0n];
  const [officerId, officerSalt] = [stringId('officer 7'), stringId('an officer salt')];
  return decimals({
    schema: SCHEMA_DOCUMENT,
    schemaId: schema.id,
    raw: Object.fromEntries(RAW_VALUES),
    attributes,
    packed: packAttributes(attributes),
    subject: applicant.subject,
    salt: applicant.salt,
    applicantCommitment: commitment,
    eligibilityCommitment: [false, true].map((bit) => eligibilityCommitment(bit, applicant.subject, applicant.salt)),
    openingKey: key,
    outcomeCommitment: Object.fromEntries(
      (Object.keys(OUTCOMES) as Outcome[]).map((outcome) => [outcome, outcomeCommitment(outcome, key)]),
    ),
    reasons,
    reasonsCommitment: reasonsCommitment('declined', reasons, key),
    officerId,
    officerSalt,
    officerCommitment: officerCommitment(officerId, officerSalt),
    scope: SCOPE,
    scopeElement,
    nullifier: [0n, 3n].map((ordinal) => ({ ordinal, value: nullifier(applicant.subject, scopeElement, ordinal) })),
    credentialNullifier: { financialCredentialId: 1_000n, value: credentialNullifier(1_000n, applicant.subject) },
  });
}
