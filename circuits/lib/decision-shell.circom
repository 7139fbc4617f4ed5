pragma circom 2.2.2;

include "./applicant.circom";
include "./attributes.circom";
include "./partitions.circom";
include "./reasons.circom";
include "./tally.circom";

// What all decisions have in common, whatever model decides: the applicant, the outcome and the tally.
// docs/spec/statements.md, sections 2, 5 and 7.
//
// CONSTRAINS          every commitment and the tally equal what the witness gives; each attribute is in [0, 2^40);
//                     eligible is boolean; referred = eligible inBand; approved = eligible (1 - inBand) above;
//                     outcome = 2 referred + approved.
// TAKES FOR GRANTED   above and inBand are boolean: what the model says of these attributes, constrained by the CALLER, who
//                     uses the same schemaId for the model.
// HINTS               see the gadgets: PartitionGroup, Num2Bits, BabyAdd.
// VERIFIER OBLIGATIONS those of the decision circuits.
// COST                7,310
template DecisionShell() {
    signal input applicantCommitment;
    signal input partitionsHash;
    signal input eligibilityCommitment;
    signal input referred;
    signal input tallyX;
    signal input tallyY;
    signal input outcomeCommitment;
    signal input reasonsCommitment;

    signal input schemaId;
    signal input attributes[32];
    signal input subject;
    signal input salt;
    signal input eligible;
    signal input thresholdWords[4];
    signal input ruleWords[4];
    signal input blinding;
    signal input reasons[4];
    signal input above;
    signal input inBand;

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

    // 2. The outcome: 2 referred, 1 approved, 0 declined.
    referred === eligible * inBand;
    signal approved <== (eligible - referred) * above;
    signal openingKey <== OpeningKey()(subject, applicantCommitment);
    signal outcome <== 2 * referred + approved;
    signal computedOutcomeCommitment <== OutcomeCommitment()(outcome, openingKey);
    outcomeCommitment === computedOutcomeCommitment;
    Reasons()(reasons, 1 - referred - approved);
    signal computedReasonsCommitment <== ReasonsCommitment()(outcome, reasons, openingKey);
    reasonsCommitment === computedReasonsCommitment;

    // 3. The tally.
    signal groups[4][8];
    signal computedPartitionsHash;
    (computedPartitionsHash, groups) <== PartitionGroups()(schemaId, attributes, thresholdWords, ruleWords);
    partitionsHash === computedPartitionsHash;
    signal (x, y) <== Tally()(groups, approved, referred, blinding);
    tallyX === x;
    tallyY === y;
}
