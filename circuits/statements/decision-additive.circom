pragma circom 2.2.2;

include "../lib/additive-score.circom";
include "../lib/decision-shell.circom";
include "../lib/model-commitment.circom";

// Decision: the committed model on the committed attributes gives the committed outcome, and the tally is right.
// docs/spec/statements.md, sections 2, 5, 6, 7 and 9.
//
// CONSTRAINS          every public signal equals what the witness gives. Witness inputs:
//                     schemaId             one wire for applicant, model and partitions
//                     attributes[32]       encoded, each below 2^40
//                     subject, salt        of the applicant
//                     eligible             the bit of the intake
//                     weights[32]          w_j; negatives as r - |w|, as everywhere below
//                     stepWeights[32]      u_t
//                     stepWords[32]        s_t + 32 c_t
//                     bias, cutoff, gammaNum, b0, weightSum
//                     magnitudes           the sub-hash of the model's magnitudes
//                     modelSalt
//                     thresholdWords[4], ruleWords[4]   the partitions, packed
//                     blinding             rho, below 2^251
//                     reasons[4]           1 + slot; 0 unless declined
// TAKES FOR GRANTED   see the gadgets.
// HINTS               see the gadgets: AdditiveScore, DecisionShell.
// VERIFIER OBLIGATIONS public signals are canonical and exactly nine; modelCommitment is the model in force at intake and
//                     has an accepted conformance proof (AdditiveScore relies on it); partitionsHash is the one in force at
//                     intake; applicantCommitment and eligibilityCommitment are those of an accepted intake, which bound
//                     eligible and subject; one closing an intake.
// COST                see circuits/constraints.json
template DecisionAdditive() {
    signal input applicantCommitment;
    signal input modelCommitment;
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
    signal input weights[32];
    signal input stepWeights[32];
    signal input stepWords[32];
    signal input bias;
    signal input cutoff;
    signal input gammaNum;
    signal input b0;
    signal input weightSum;
    signal input magnitudes;
    signal input modelSalt;
    signal input thresholdWords[4];
    signal input ruleWords[4];
    signal input blinding;
    signal input reasons[4];

    // 1. The model, and what it says.
    signal computedModelCommitment <== AdditiveModelCommitment()(
        schemaId, weights, stepWeights, stepWords, bias, cutoff, gammaNum, b0, weightSum, magnitudes, modelSalt
    );
    modelCommitment === computedModelCommitment;
    signal (above, inBand) <== AdditiveScore()(
        attributes, weights, stepWeights, stepWords, bias, cutoff, gammaNum, b0, weightSum
    );

    // 2. The applicant, the outcome and the tally.
    DecisionShell()(
        applicantCommitment, partitionsHash, eligibilityCommitment, referred, tallyX, tallyY, outcomeCommitment,
        reasonsCommitment, schemaId, attributes, subject, salt, eligible, thresholdWords, ruleWords, blinding, reasons,
        above, inBand
    );
}

component main {public [
    applicantCommitment, modelCommitment, partitionsHash, eligibilityCommitment, referred, tallyX, tallyY,
    outcomeCommitment, reasonsCommitment
]} = DecisionAdditive();
