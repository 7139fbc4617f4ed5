pragma circom 2.2.2;

include "bitify.circom";
include "./absolute-value.circom";
include "./tree-block.circom";
include "./tree-hashes.circom";

// A model of `trees` complete trees of an even depth on one applicant, docs/spec/statements.md, section 6. A tree is its own
// Merkle tree: two levels make a block, which names its four children by their hashes or, at the bottom, by their leaves.
// The first block of every tree is in the forest's hash itself, so no tree can be left out or taken twice; a walk shows the
// blocks that it passes, and no others.
//
// CONSTRAINS          forest is the hash of a model in which the walks of these attributes pass the given blocks;
//                     S = bias + sum of the leaves reached; above = [S > cutoff];
//                     inBand = [|S - cutoff| 2^40 <= b0 + gammaNum sum |leaf|]; each leaf is in (-2^63, 2^63). Attributes
//                     outside readMask read as 0, and readMask has 32 bits.
// TAKES FOR GRANTED   attributes are in [0, 2^40). Of the model, what its conformance proof has shown: |bias|, |cutoff| < 2^80,
//                     gammaNum < 2^40, b0 < 2^121. The CALLER commits to forest and to these.
// HINTS               see the gadgets: TreeNode, AbsoluteValue, Num2Bits.
// VERIFIER OBLIGATIONS the model commitment has an accepted conformance proof.
// COST                about 33,760 for 32 trees of depth 4, 158,880 for 100 of depth 6
template TreeScore(trees, depth) {
    assert(depth >= 2 && depth % 2 == 0);
    var levels = depth \ 2;
    signal input attributes[32];
    signal input words[trees][levels][3];
    signal input children[trees][levels][4];
    signal input bias;
    signal input cutoff;
    signal input gammaNum;
    signal input b0;
    signal input readMask;
    signal output forest;
    signal output above;
    signal output inBand;

    // 1. What the model may read.
    signal mask[32] <== Num2Bits(32)(readMask);
    signal values[32];
    for (var j = 0; j < 32; j++) values[j] <== mask[j] * attributes[j];

    // 2. The walks: the first block of a tree stands in the forest, each other one is the child that the one before leads to.
    component first = ForestHash(trees);
    component block[trees][levels];
    component hash[trees][levels];
    component magnitude[trees];
    var sum = 0;           // |sum| < 2^63 trees
    var moved = 0;         // < 2^63 trees
    for (var t = 0; t < trees; t++) {
        first.words[t] <== words[t][0];
        first.children[t] <== children[t][0];
        for (var k = 0; k < levels; k++) {
            block[t][k] = TreeBlock();
            block[t][k].values <== values;
            block[t][k].words <== words[t][k];
            block[t][k].children <== children[t][k];
            if (k > 0) {
                hash[t][k] = TreeBlockHash();
                hash[t][k].words <== words[t][k];
                hash[t][k].children <== children[t][k];
                hash[t][k].out === block[t][k - 1].child;
            }
        }
        magnitude[t] = AbsoluteValue(63);
        magnitude[t].value <== block[t][levels - 1].child;
        sum += block[t][levels - 1].child;
        moved += magnitude[t].magnitude;
    }
    forest <== first.out;

    // 3. The side of the cutoff: |bias + sum - cutoff| < 2^82 for up to 128 trees, shifted by 2^83.
    assert(trees <= 128);
    signal difference <== bias + sum - cutoff;
    signal side[84] <== Num2Bits(84)(difference - 1 + (1 << 83));
    for (var i = 0; i < 83; i++) _ <== side[i];
    above <== side[83];
    signal distance <== (2 * above - 1) * difference; // |difference| < 2^82

    // 4. The band: gammaNum moved < 2^110, band < 2^122, distance 2^40 < 2^122.
    signal proportional <== gammaNum * moved;
    signal within[124] <== Num2Bits(124)(b0 + proportional - distance * (1 << 40) + (1 << 123));
    for (var i = 0; i < 123; i++) _ <== within[i];
    inBand <== within[123];
}
