pragma circom 2.2.2;

include "../lib/decision-shell.circom";
include "../lib/network-commitment.circom";
include "../lib/network-score.circom";

// Decision: the committed model on the committed attributes gives the committed outcome, and the tally is right.
// docs/spec/statements.md, sections 2, 5, 7 and 9, and the section on networks.
//
// CONSTRAINS          every public signal equals what the witness gives. Witness inputs:
//                     schemaId             one wire for applicant, model and partitions
//                     attributes[32]       encoded, each below 2^40
//                     subject, salt        of the applicant
//                     eligible             the bit of the intake
//                     firstWords[8][33], secondWords[4][33]   weights of both hidden layers, four neurons to a word
//                     outputWeights[16]    u_k; negatives as r - |u|, as in the words and below
//                     outputBias, cutoff
//                     slotNorms[32], biasNorm, growth[3], free   what bounds the first layer and makes the band
//                     modelSalt
//                     thresholdWords[4], ruleWords[4]   the partitions, packed
//                     blinding             rho, below 2^251
//                     reasons[4]           1 + slot; 0 unless declined
// TAKES FOR GRANTED   see the gadgets.
// HINTS               see the gadgets: NetworkScore, DecisionShell.
// VERIFIER OBLIGATIONS public signals are canonical and exactly nine; modelCommitment is the model in force at intake and
//                     has an accepted conformance proof (NetworkScore relies on it); partitionsHash is the one in force at
//                     intake; applicantCommitment and eligibilityCommitment are those of an accepted intake, which bound
//                     eligible and subject; one closing an intake.
// COST                see circuits/constraints.json
template DecisionNetwork() {
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
    signal input thresholdWords[4];
    signal input ruleWords[4];
    signal input blinding;
    signal input reasons[4];

    // 1. The model, and what it says.
    signal computedModelCommitment <== NetworkModelCommitment(4)(
        schemaId, firstWords, secondWords, outputWeights, outputBias, cutoff, slotNorms, biasNorm, growth, free, modelSalt
    );
    modelCommitment === computedModelCommitment;
    signal (above, inBand) <== NetworkScore()(
        attributes, firstWords, secondWords, outputWeights, outputBias, cutoff, slotNorms, biasNorm, growth, free
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
]} = DecisionNetwork();
