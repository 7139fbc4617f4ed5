pragma circom 2.2.2;

include "./reasons-shell.circom";
include "./top-reasons.circom";
include "./tree-costs.circom";
include "./tree-hashes.circom";

// Reasons: what a declined application was told are the attributes that cost it most under the committed tree model, against
// the committed baseline. docs/spec/statements.md, sections 2, 6 and 10.
//
// CONSTRAINS          every public signal equals what the witness gives: the outcome is declined, and the committed reasons are
//                     the (up to) four attributes with the largest positive cost, in order. Witness inputs:
//                     schemaId             one wire for applicant, model and baseline
//                     attributes[32]       encoded, each below 2^40
//                     subject, salt        of the applicant
//                     baseline[32]         encoded, each below 2^40
//                     words, children      of the blocks on the path through each tree, as a decision opens them
//                     detourWords, detourChildren   of the blocks below, on each detour: see TreeDetours
//                     bias, cutoff, gammaNum, b0, readMask, modelSalt   the rest of the model
//                     reasons[4]           1 + slot, 0 for none
// TAKES FOR GRANTED   see the gadgets.
// HINTS               see the gadgets: TreeCrossing, DetourNode, OneHot, IsZero, Num2Bits.
// VERIFIER OBLIGATIONS public signals are canonical and exactly five; modelCommitment has an accepted conformance proof of this
//                     circuit's family; applicantCommitment, modelCommitment, outcomeCommitment and reasonsCommitment are
//                     those of one accepted decision; baselineHash is the one registered with the model.
// COST                see circuits/constraints.json
template ReasonsTrees(family, trees, depth) {
    var levels = depth \ 2;
    var opened = levels * (levels - 1);
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
    signal input words[trees][levels][3];
    signal input children[trees][levels][4];
    signal input detourWords[trees][opened][3];
    signal input detourChildren[trees][opened][4];
    signal input bias;
    signal input cutoff;
    signal input gammaNum;
    signal input b0;
    signal input readMask;
    signal input modelSalt;
    signal input reasons[4];

    // 1. The applicant, the baseline, and what was committed to: declined, with these reasons.
    ReasonsShell()(
        applicantCommitment, baselineHash, outcomeCommitment, reasonsCommitment, schemaId, attributes, subject, salt,
        baseline, reasons
    );

    // 2. The model, and what each attribute costs.
    signal forest;
    signal costs[32];
    (forest, costs) <== TreeCosts(trees, depth)(
        attributes, baseline, words, children, detourWords, detourChildren, readMask
    );
    signal computedModelCommitment <== TreeModelCommitment()(
        family, schemaId, forest, bias, cutoff, gammaNum, b0, readMask, modelSalt
    );
    modelCommitment === computedModelCommitment;

    // 3. Which cost most: |costs| < 2^64 trees.
    assert(trees <= 128);
    TopReasons(71)(costs, reasons);
}
