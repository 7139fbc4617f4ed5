pragma circom 2.2.2;

include "./decision-shell.circom";
include "./tree-score.circom";

// Decision: the committed tree model on the committed attributes gives the committed outcome, and the tally is right.
// docs/spec/statements.md, sections 2, 5, 6, 7 and 9.
//
// CONSTRAINS          every public signal equals what the witness gives. Witness inputs:
//                     schemaId             one wire for applicant, model and partitions
//                     attributes[32]       encoded, each below 2^40
//                     subject, salt        of the applicant
//                     eligible             the bit of the intake
//                     words, children      of the blocks on the path through each tree, from the top; a word is
//                                          slot + 32 threshold, a child a hash or a leaf; negatives as r - |v|
//                     bias, cutoff, gammaNum, b0, readMask, modelSalt
//                     thresholdWords[4], ruleWords[4]   the partitions, packed
//                     blinding             rho, below 2^251
//                     reasons[4]           1 + slot; 0 unless declined
// TAKES FOR GRANTED   see the gadgets.
// HINTS               see the gadgets: TreeScore, DecisionShell.
// VERIFIER OBLIGATIONS public signals are canonical and exactly nine; modelCommitment is the model in force at intake and
//                     has an accepted conformance proof of this circuit's family (TreeScore relies on it); partitionsHash is
//                     the one in force at intake; applicantCommitment and eligibilityCommitment are those of an accepted
//                     intake, which bound eligible and subject; one closing an intake.
// COST                see circuits/constraints.json
template DecisionTrees(family, trees, depth) {
    var levels = depth \ 2;
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
    signal input words[trees][levels][3];
    signal input children[trees][levels][4];
    signal input bias;
    signal input cutoff;
    signal input gammaNum;
    signal input b0;
    signal input readMask;
    signal input modelSalt;
    signal input thresholdWords[4];
    signal input ruleWords[4];
    signal input blinding;
    signal input reasons[4];

    // 1. The model, and what it says.
    signal (forest, above, inBand) <== TreeScore(trees, depth)(
        attributes, words, children, bias, cutoff, gammaNum, b0, readMask
    );
    signal computedModelCommitment <== TreeModelCommitment()(
        family, schemaId, forest, bias, cutoff, gammaNum, b0, readMask, modelSalt
    );
    modelCommitment === computedModelCommitment;

    // 2. The applicant, the outcome and the tally.
    DecisionShell()(
        applicantCommitment, partitionsHash, eligibilityCommitment, referred, tallyX, tallyY, outcomeCommitment,
        reasonsCommitment, schemaId, attributes, subject, salt, eligible, thresholdWords, ruleWords, blinding, reasons,
        above, inBand
    );
}
