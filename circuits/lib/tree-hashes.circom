pragma circom 2.2.2;

include "poseidon.circom";
include "./permutation.circom";
include "./tags.circom";

// The hashes of a tree model, docs/spec/statements.md, section 6. Each of them
//
// CONSTRAINS          out is the hash of its inputs, in the specification's order.
// TAKES FOR GRANTED   nothing; ranges are the callers'.
// HINTS               none.
// VERIFIER OBLIGATIONS none.

// Two levels below the first two of a tree, under their tag as capacity. COST 381
template TreeBlockHash() {
    signal input words[3];
    signal input children[4];
    signal output out;
    component permutation = Permutation(8);
    permutation.capacity <== TAG_TREE_BLOCK();
    for (var i = 0; i < 3; i++) permutation.inputs[i] <== words[i];
    for (var i = 0; i < 4; i++) permutation.inputs[3 + i] <== children[i];
    out <== permutation.out;
}

// The first two levels of all trees: chain(tag(forest), [words, children] of each). COST 609 for 15 elements, 7 a tree
template ForestHash(trees) {
    signal input words[trees][3];
    signal input children[trees][4];
    signal output out;

    var length = 7 * trees;
    var blocks = (length + 14) \ 15;
    signal state[blocks + 1];
    state[0] <== Poseidon(2)([TAG_FOREST(), length]);
    component block[blocks];
    for (var k = 0; k < blocks; k++) {
        block[k] = Permutation(17);
        block[k].capacity <== 0;
        block[k].inputs[0] <== state[k];
        for (var i = 0; i < 15; i++) {
            var at = 15 * k + i;
            if (at >= length) {
                block[k].inputs[1 + i] <== 0;
            } else if (at % 7 < 3) {
                block[k].inputs[1 + i] <== words[at \ 7][at % 7];
            } else {
                block[k].inputs[1 + i] <== children[at \ 7][at % 7 - 3];
            }
        }
        state[k + 1] <== block[k].out;
    }
    out <== state[blocks];
}

// COST 456
template TreeModelCommitment() {
    signal input family;
    signal input schemaId;
    signal input forest;
    signal input bias;
    signal input cutoff;
    signal input gammaNum;
    signal input b0;
    signal input readMask;
    signal input modelSalt;
    signal output out;
    out <== Poseidon(10)([
        TAG_TREE_MODEL(), family, schemaId, forest, bias, cutoff, gammaNum, b0, readMask, modelSalt
    ]);
}
