pragma circom 2.2.2;

include "bitify.circom";
include "./select.circom";

// One node of a decision tree: word = slot + 32 threshold, right = [values[slot] >= threshold].
//
// CONSTRAINS          word = slot + 32 threshold for a slot in [0, 32) and a threshold in (-2^40, 2^41) as a signed integer, and
//                     right = [values[slot] >= threshold]. The two are unique: the comparison is decomposed into 41 bits, so
//                     that threshold lies within 2^40 of the value; two pairs with one word would differ by a multiple of 32
//                     in slot. A word that is no such pair has no witness for some attributes, and never two.
// TAKES FOR GRANTED   values are in [0, 2^40).
// HINTS               slot: each bit boolean, bound as above; circomlib's Num2Bits.
// VERIFIER OBLIGATIONS none.
// COST                77
template TreeNode() {
    signal input values[32];
    signal input word;
    signal output right;

    signal slot[5];
    var index = 0;
    for (var k = 0; k < 5; k++) {
        slot[k] <-- (word >> k) & 1;
        slot[k] * (slot[k] - 1) === 0;
        index += slot[k] * (1 << k);
    }
    signal value <== SelectSlot()(values, slot);
    // value - threshold + 2^40 has its top bit set iff value >= threshold.
    signal bits[41] <== Num2Bits(41)(value - (word - index) / 32 + (1 << 40));
    for (var i = 0; i < 40; i++) _ <== bits[i];
    right <== bits[40];
}

// Two levels of a decision tree: the node words[0], below it words[1] (left) and words[2] (right), and below these what
// children holds, from left to right.
//
// CONSTRAINS          child is the one of children that the three nodes lead to.
// TAKES FOR GRANTED   values are in [0, 2^40); words and children are authentic: the CALLER compares their hash.
// HINTS               see TreeNode.
// VERIFIER OBLIGATIONS none.
// COST                158
template TreeBlock() {
    signal input values[32];
    signal input words[3];
    signal input children[4];
    signal output child;

    component upper = TreeNode();
    upper.values <== values;
    upper.word <== words[0];
    component lower = TreeNode();
    lower.values <== values;
    lower.word <== words[1] + upper.right * (words[2] - words[1]);
    signal left <== children[0] + lower.right * (children[1] - children[0]);
    signal right <== children[2] + lower.right * (children[3] - children[2]);
    child <== left + upper.right * (right - left);
}
