pragma circom 2.2.2;

include "poseidon.circom";
include "./tags.circom";

// The commitments about one applicant, docs/spec/statements.md, section 2. Each of them
//
// CONSTRAINS          out is the tagged Poseidon hash of its inputs, in the specification's order.
// TAKES FOR GRANTED   nothing; what its inputs mean (bits, ranges) is the caller's to constrain.
// HINTS               none.
// VERIFIER OBLIGATIONS none.

// C. COST 456
template ApplicantCommitment() {
    signal input schemaId;
    signal input packed[6];
    signal input subject;
    signal input salt;
    signal output out;
    out <== Poseidon(10)([
        TAG_APPLICANT(), schemaId, packed[0], packed[1], packed[2], packed[3], packed[4], packed[5], subject, salt
    ]);
}

// The eligibility bit, hidden by the same salt as C. COST 294
template EligibilityCommitment() {
    signal input eligible;
    signal input subject;
    signal input salt;
    signal output out;
    out <== Poseidon(4)([TAG_ELIGIBILITY(), eligible, subject, salt]);
}

// What the applicant, who knows subject, needs to open outcome and reasons. COST 258
template OpeningKey() {
    signal input subject;
    signal input applicantCommitment;
    signal output out;
    out <== Poseidon(3)([TAG_OPENING_KEY(), subject, applicantCommitment]);
}

// 0 declined, 1 approved, 2 referred. COST 258
template OutcomeCommitment() {
    signal input outcome;
    signal input openingKey;
    signal output out;
    out <== Poseidon(3)([TAG_OUTCOME(), outcome, openingKey]);
}

// The outcome keeps the commitments of a referral and of the manual decision that closes it apart: no two closings of one
// applicant have the same outcome, and equal commitments would tell everybody that neither names a reason. COST 375
template ReasonsCommitment() {
    signal input outcome;
    signal input reasons[4];
    signal input openingKey;
    signal output out;
    out <== Poseidon(7)([TAG_REASONS(), outcome, reasons[0], reasons[1], reasons[2], reasons[3], openingKey]);
}

// The person who made a manual decision. COST 258
template OfficerCommitment() {
    signal input officerId;
    signal input officerSalt;
    signal output out;
    out <== Poseidon(3)([TAG_OFFICER(), officerId, officerSalt]);
}
