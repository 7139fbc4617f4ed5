pragma circom 2.2.2;

include "bitify.circom";
include "./tree-detours.circom";
include "./tree-hashes.circom";

// What each attribute of an applicant costs against a baseline under a model of `trees` complete trees of an even depth: by how
// much the score would rise if the attribute alone had its baseline value. docs/spec/statements.md, section 10.
//
// CONSTRAINS          forest is the hash of a model in which the walks of these attributes, and their detours, pass the given blocks;
//                     costs[j] = S(x with x_j replaced by b_j) - S(x), S as TreeScore has it. Slots outside readMask read as 0 in
//                     both, and readMask has 32 bits.
// TAKES FOR GRANTED   attributes and baseline are in [0, 2^40). The CALLER commits to forest and to readMask.
//                     |costs[j]| < 2^64 trees.
// HINTS               see the gadgets: TreeDetours, Num2Bits.
// VERIFIER OBLIGATIONS none.
// COST                about 94,000 for 32 trees of depth 4, 610,000 for 100 of depth 6
template TreeCosts(trees, depth) {
    var levels = depth \ 2;
    var opened = levels * (levels - 1);
    signal input attributes[32];
    signal input baseline[32];
    signal input words[trees][levels][3];
    signal input children[trees][levels][4];
    signal input detourWords[trees][opened][3];
    signal input detourChildren[trees][opened][4];
    signal input readMask;
    signal output forest;
    signal output costs[32];

    // 1. What the model may read.
    signal mask[32] <== Num2Bits(32)(readMask);
    signal values[32];
    signal standards[32];
    for (var j = 0; j < 32; j++) {
        values[j] <== mask[j] * attributes[j];
        standards[j] <== mask[j] * baseline[j];
    }

    // 2. Tree by tree: the first block of each stands in the forest.
    component first = ForestHash(trees);
    component detours[trees];
    var sums[32];
    for (var t = 0; t < trees; t++) {
        first.words[t] <== words[t][0];
        first.children[t] <== children[t][0];
        detours[t] = TreeDetours(depth);
        detours[t].values <== values;
        detours[t].baseline <== standards;
        detours[t].words <== words[t];
        detours[t].children <== children[t];
        detours[t].detourWords <== detourWords[t];
        detours[t].detourChildren <== detourChildren[t];
        for (var j = 0; j < 32; j++) sums[j] += detours[t].costs[j];
    }
    forest <== first.out;
    costs <== sums;
}
