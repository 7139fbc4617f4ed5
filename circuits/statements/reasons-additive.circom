pragma circom 2.2.2;

include "../lib/attribute-costs.circom";
include "../lib/model-commitment.circom";
include "../lib/reasons-shell.circom";
include "../lib/top-reasons.circom";

// Reasons: what a declined application was told are the attributes that cost it most under the committed model, against
// the committed baseline. docs/spec/statements.md, sections 2, 6 and 10.
//
// CONSTRAINS          every public signal equals what the witness gives: the outcome is declined, and the committed reasons are
//                     the (up to) four attributes with the largest positive cost, in order. Witness inputs:
//                     schemaId             one wire for applicant, model and baseline
//                     attributes[32]       encoded, each below 2^40
//                     subject, salt        of the applicant
//                     baseline[32]         encoded, each below 2^40
//                     weights[32], stepWeights[32], stepWords[32], bias, cutoff, gammaNum, b0, weightSum, magnitudes,
//                     modelSalt            the model, as a decision opens it
//                     reasons[4]           1 + slot, 0 for none
// TAKES FOR GRANTED   see the gadgets.
// HINTS               see the gadgets: OneHot, Num2Bits.
// VERIFIER OBLIGATIONS public signals are canonical and exactly five; modelCommitment has an accepted conformance proof;
//                     applicantCommitment, modelCommitment, outcomeCommitment and reasonsCommitment are those of one accepted
//                     decision; baselineHash is the one registered with the model.
// COST                see circuits/constraints.json
template ReasonsAdditive() {
    signal input applicantCommitment;
    signal input modelCommitment;
    signal input baselineHash;
    signal input outcomeCommitment;
    signal input reasonsCommitment;

    signal input schemaId;
    signal input attributes[32];
    signal input subject;
    signal input salt;
    signal input baseline[32];
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
    signal input reasons[4];

    // 1. The applicant, the baseline, and what was committed to: declined, with these reasons.
    ReasonsShell()(
        applicantCommitment, baselineHash, outcomeCommitment, reasonsCommitment, schemaId, attributes, subject, salt,
        baseline, reasons
    );

    // 2. The model.
    signal computedModelCommitment <== AdditiveModelCommitment()(
        schemaId, weights, stepWeights, stepWords, bias, cutoff, gammaNum, b0, weightSum, magnitudes, modelSalt
    );
    modelCommitment === computedModelCommitment;

    // 3. What each attribute costs, and which cost most.
    signal costs[32] <== AttributeCosts()(attributes, baseline, weights, stepWeights, stepWords);
    TopReasons(166)(costs, reasons);
}

component main {public [
    applicantCommitment, modelCommitment, baselineHash, outcomeCommitment, reasonsCommitment
]} = ReasonsAdditive();
