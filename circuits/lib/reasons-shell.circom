pragma circom 2.2.2;

include "./applicant.circom";
include "./attributes.circom";
include "./baseline.circom";

// What every statement of reasons opens besides the model. docs/spec/statements.md, sections 2 and 10.
//
// CONSTRAINS          the commitments equal what the witness gives: the applicant's attributes, each below 2^40; the outcome
//                     declined (0), with these reasons; the baseline, each value below 2^40, under the applicant's schemaId.
// TAKES FOR GRANTED   nothing; which attributes are reasons is the CALLER's to constrain.
// HINTS               see PackAttributes.
// VERIFIER OBLIGATIONS none.
// COST                4,310
template ReasonsShell() {
    signal input applicantCommitment;
    signal input baselineHash;
    signal input outcomeCommitment;
    signal input reasonsCommitment;
    signal input schemaId;
    signal input attributes[32];
    signal input subject;
    signal input salt;
    signal input baseline[32];
    signal input reasons[4];

    signal packed[6];
    signal attributeBits[32][40];
    (packed, attributeBits) <== PackAttributes()(attributes);
    for (var i = 0; i < 32; i++) {
        for (var k = 0; k < 40; k++) _ <== attributeBits[i][k];
    }
    signal computedApplicantCommitment <== ApplicantCommitment()(schemaId, packed, subject, salt);
    applicantCommitment === computedApplicantCommitment;
    signal openingKey <== OpeningKey()(subject, applicantCommitment);
    signal computedOutcomeCommitment <== OutcomeCommitment()(0, openingKey);
    outcomeCommitment === computedOutcomeCommitment;
    signal computedReasonsCommitment <== ReasonsCommitment()(0, reasons, openingKey);
    reasonsCommitment === computedReasonsCommitment;
    signal computedBaselineHash <== BaselineHash()(schemaId, baseline);
    baselineHash === computedBaselineHash;
}
