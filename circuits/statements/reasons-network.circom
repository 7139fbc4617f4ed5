pragma circom 2.2.2;

include "../lib/network-commitment.circom";
include "../lib/network-costs.circom";
include "../lib/reasons-shell.circom";
include "../lib/top-reasons.circom";

// Reasons: what a declined application was told are the attributes that cost it most under the committed network, against the
// committed baseline. docs/spec/statements.md, sections 2, 6 and 10.
//
// CONSTRAINS          every public signal equals what the witness gives: the outcome is declined, and the committed reasons are
//                     the (up to) four attributes with the largest positive cost, in order. Witness inputs:
//                     schemaId             one wire for applicant, model and baseline
//                     attributes[32]       encoded, each below 2^40
//                     subject, salt        of the applicant
//                     baseline[32]         encoded, each below 2^40
//                     firstWords[8][33], secondWords[4][33], outputWeights[16], outputBias, cutoff, slotNorms[32], biasNorm,
//                     growth[3], free, modelSalt   the model, as a decision opens it
//                     reasons[4]           1 + slot, 0 for none
// TAKES FOR GRANTED   see the gadgets.
// HINTS               see the gadgets: OneHot, Num2Bits.
// VERIFIER OBLIGATIONS public signals are canonical and exactly five; modelCommitment has an accepted conformance proof;
//                     applicantCommitment, modelCommitment, outcomeCommitment and reasonsCommitment are those of one accepted
//                     decision; baselineHash is the one registered with the model.
// COST                see circuits/constraints.json
template ReasonsNetwork() {
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
    signal input firstWords[8][33];
    signal input secondWords[4][33];
    signal input outputWeights[16];
    signal input outputBias;
    signal input cutoff;
    signal input slotNorms[32];
    signal input biasNorm;
    signal input growth[3];
    signal input free;
    signal input modelSalt;
    signal input reasons[4];

    // 1. The applicant, the baseline, and what was committed to: declined, with these reasons.
    ReasonsShell()(
        applicantCommitment, baselineHash, outcomeCommitment, reasonsCommitment, schemaId, attributes, subject, salt,
        baseline, reasons
    );

    // 2. The model.
    signal computedModelCommitment <== NetworkModelCommitment(4)(
        schemaId, firstWords, secondWords, outputWeights, outputBias, cutoff, slotNorms, biasNorm, growth, free, modelSalt
    );
    modelCommitment === computedModelCommitment;

    // 3. What each attribute costs, and which cost most.
    signal costs[32] <== NetworkCosts()(
        attributes, baseline, firstWords, secondWords, outputWeights, slotNorms, biasNorm
    );
    TopReasons(96)(costs, reasons);
}

component main {public [
    applicantCommitment, modelCommitment, baselineHash, outcomeCommitment, reasonsCommitment
]} = ReasonsNetwork();
