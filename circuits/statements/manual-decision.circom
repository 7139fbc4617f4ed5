pragma circom 2.2.2;

include "../lib/applicant.circom";
include "../lib/attributes.circom";
include "../lib/partitions.circom";
include "../lib/reasons.circom";
include "../lib/tally.circom";

// Manual decision: a person's decision on a referred application, tallied like a model's; approve implies eligible.
// docs/spec/statements.md, sections 2, 5, 7 and 9.
//
// CONSTRAINS          every public signal equals what the witness gives. Witness inputs:
//                     schemaId             one wire for applicant and partitions
//                     attributes[32]       encoded, each below 2^40
//                     subject, salt        of the applicant
//                     eligible             the bit of the intake
//                     approve              the officer's decision, at most eligible
//                     officerId, officerSalt
//                     thresholdWords[4], ruleWords[4]   the partitions, packed
//                     blinding             rho, below 2^251
//                     reasons[4]           1 + slot; 0 unless declined
// TAKES FOR GRANTED   see the gadgets.
// HINTS               see the gadgets: PartitionGroup, Num2Bits, BabyAdd.
// VERIFIER OBLIGATIONS public signals are canonical and exactly eight; applicantCommitment and eligibilityCommitment are
//                     those of an accepted intake with a decision that was referred; partitionsHash is the one in force at
//                     intake; one manual decision an intake.
// COST                see circuits/constraints.json
template ManualDecision() {
    signal input applicantCommitment;
    signal input partitionsHash;
    signal input eligibilityCommitment;
    signal input officerCommitment;
    signal input tallyX;
    signal input tallyY;
    signal input outcomeCommitment;
    signal input reasonsCommitment;

    signal input schemaId;
    signal input attributes[32];
    signal input subject;
    signal input salt;
    signal input eligible;
    signal input approve;
    signal input officerId;
    signal input officerSalt;
    signal input thresholdWords[4];
    signal input ruleWords[4];
    signal input blinding;
    signal input reasons[4];

    // 1. The applicant.
    signal packed[6];
    signal attributeBits[32][40];
    (packed, attributeBits) <== PackAttributes()(attributes);
    for (var i = 0; i < 32; i++) {
        for (var k = 0; k < 40; k++) _ <== attributeBits[i][k];
    }
    signal computedApplicantCommitment <== ApplicantCommitment()(schemaId, packed, subject, salt);
    applicantCommitment === computedApplicantCommitment;
    eligible * (eligible - 1) === 0;
    signal computedEligibilityCommitment <== EligibilityCommitment()(eligible, subject, salt);
    eligibilityCommitment === computedEligibilityCommitment;

    // 2. The officer's decision: 1 approved, 0 declined.
    signal computedOfficerCommitment <== OfficerCommitment()(officerId, officerSalt);
    officerCommitment === computedOfficerCommitment;
    approve * (approve - 1) === 0;
    approve * (1 - eligible) === 0;
    signal openingKey <== OpeningKey()(subject, applicantCommitment);
    signal computedOutcomeCommitment <== OutcomeCommitment()(approve, openingKey);
    outcomeCommitment === computedOutcomeCommitment;
    Reasons()(reasons, 1 - approve);
    signal computedReasonsCommitment <== ReasonsCommitment()(approve, reasons, openingKey);
    reasonsCommitment === computedReasonsCommitment;

    // 3. The tally: never the identity, for nothing refers a manual decision.
    signal groups[4][8];
    signal computedPartitionsHash;
    (computedPartitionsHash, groups) <== PartitionGroups()(schemaId, attributes, thresholdWords, ruleWords);
    partitionsHash === computedPartitionsHash;
    signal (x, y) <== Tally()(groups, approve, 0, blinding);
    tallyX === x;
    tallyY === y;
}

component main {public [
    applicantCommitment, partitionsHash, eligibilityCommitment, officerCommitment, tallyX, tallyY, outcomeCommitment,
    reasonsCommitment
]} = ManualDecision();
