import { type Fr, poseidon, tag } from '@assay/field';
import { SLOTS } from '@assay/schema';
import { StatementError } from './error.ts';
import { oncePerObject } from './once.ts';

/** Attributes of an applicant packed six to a word: five full words and one of two. */
export const PACKED_WORDS = 6;
const PER_WORD = 6;
const SLOT_BITS = 40n;

/** How an application ended, as the bank sees it and as `outcomeCommitment` has it. */
export const OUTCOMES = { declined: 0n, approved: 1n, referred: 2n } as const;
export type Outcome = keyof typeof OUTCOMES;

/** Reasons of a decline: up to four attribute slots. */
export const REASONS = 4;

/** What opens an applicant's commitments. `subject` and `salt` are secrets. */
export interface ApplicantOpening {
  readonly schemaId: bigint;
  /** 32 encoded attributes, each below 2^40. */
  readonly attributes: readonly bigint[];
  readonly subject: bigint;
  readonly salt: bigint;
}

/** Packs 32 encoded attributes into six field elements. @throws StatementError `out-of-range` */
export function packAttributes(attributes: readonly bigint[]): bigint[] {
  if (attributes.length !== 32) throw new StatementError('out-of-range', 'attributes', '32 attributes are needed');
  const words = new Array<bigint>(PACKED_WORDS).fill(0n);
  attributes.forEach((value, slot) => {
    if (value < 0n || value >> SLOT_BITS !== 0n)
      throw new StatementError('out-of-range', `attributes[${slot}]`, 'not below 2^40');
    const word = Math.floor(slot / PER_WORD);
    words[word] = words[word]! + (value << (SLOT_BITS * BigInt(slot % PER_WORD)));
  });
  return words;
}

/** `C`: binds the schema, every attribute and the subject; hides them behind the salt. Computed once for each opening. */
export const applicantCommitment: (opening: ApplicantOpening) => Fr = oncePerObject(
  ({ schemaId, attributes, subject, salt }) =>
    poseidon([tag('applicant'), schemaId, ...packAttributes(attributes), subject, salt]),
);

/** Commits to whether the policy holds; the same in the intake and in its closing. */
export function eligibilityCommitment(eligible: boolean, subject: bigint, salt: bigint): Fr {
  return poseidon([tag('eligibility'), BigInt(eligible), subject, salt]);
}

/** The key with which an applicant, who knows `subject`, opens outcome and reasons alone. */
export function openingKey(subject: bigint, commitment: bigint): Fr {
  return poseidon([tag('opening-key'), subject, commitment]);
}

/** Commits to the outcome. */
export function outcomeCommitment(outcome: Outcome, key: bigint): Fr {
  return poseidon([tag('outcome'), OUTCOMES[outcome], key]);
}

/**
 * Commits to up to four reasons, each `1 + slot`, 0 for none. The outcome keeps a referral's commitment apart from that of
 * the manual decision that closes it: that both name no reason would show an approval.
 */
export function reasonsCommitment(outcome: Outcome, reasons: readonly bigint[], key: bigint): Fr {
  if (reasons.length !== REASONS) throw new StatementError('out-of-range', 'reasons', `${REASONS} reasons are needed`);
  return poseidon([tag('reasons'), OUTCOMES[outcome], ...reasons, key]);
}

/** Up to four slots as {@link reasonsCommitment} takes them. @throws StatementError `out-of-range` */
export function paddedReasons(slots: readonly number[]): bigint[] {
  if (slots.length > REASONS || slots.some((slot) => !Number.isInteger(slot) || slot < 0 || slot >= SLOTS)) {
    throw new StatementError('out-of-range', 'reasons', `at most ${REASONS} slots from 0 to 31 can be given`);
  }
  return Array.from({ length: REASONS }, (_, i) => BigInt((slots[i] ?? -1) + 1));
}

/** Commits to the person who decided. */
export function officerCommitment(officerId: bigint, officerSalt: bigint): Fr {
  return poseidon([tag('officer'), officerId, officerSalt]);
}

/** One value for each subject, scope and ordinal: the same person cannot be logged twice in one place. */
export function nullifier(subject: bigint, scope: bigint, ordinal: bigint): Fr {
  return poseidon([tag('nullifier'), subject, scope, ordinal]);
}

/** One value for each financial credential: one credential backs one application. */
export function credentialNullifier(financialCredentialId: bigint, subject: bigint): Fr {
  return poseidon([tag('credential-nullifier'), financialCredentialId, subject]);
}
