pragma circom 2.2.2;

include "bitify.circom";
include "comparators.circom";
include "./route.circom";
include "./select.circom";
include "./tree-hashes.circom";

// One node of a decision tree for an applicant and a baseline: word = slot + 32 threshold.
//
// CONSTRAINS          word = slot + 32 threshold for a slot in [0, 32) and a threshold in (-2^40, 2^41) as a signed integer; right =
//                     [values[slot] >= threshold]; standard = baseline[slot]; crosses says whether [standard >= threshold] is
//                     the other side. Slot and threshold are unique, as in TreeNode.
// TAKES FOR GRANTED   values and baseline are in [0, 2^40).
// HINTS               slot: each bit boolean, bound as in TreeNode; circomlib's Num2Bits.
// VERIFIER OBLIGATIONS none.
// COST                150
template TreeCrossing() {
    signal input values[32];
    signal input baseline[32];
    signal input word;
    signal output slot[5];
    signal output index;
    signal output standard;
    signal output right;
    signal output crosses;

    var sum = 0;
    for (var k = 0; k < 5; k++) {
        slot[k] <-- (word >> k) & 1;
        slot[k] * (slot[k] - 1) === 0;
        sum += slot[k] * (1 << k);
    }
    index <== sum;
    signal value <== SelectSlot()(values, slot);
    standard <== SelectSlot()(baseline, slot);
    // value - threshold + 2^40 has its top bit set iff value >= threshold.
    signal bits[41] <== Num2Bits(41)(value - (word - index) / 32 + (1 << 40));
    signal standardBits[41] <== Num2Bits(41)(standard - (word - index) / 32 + (1 << 40));
    for (var i = 0; i < 40; i++) {
        _ <== bits[i];
        _ <== standardBits[i];
    }
    right <== bits[40];
    crosses <== right + standardBits[40] - 2 * right * standardBits[40];
}

// TreeNode where the attribute at one slot reads as another value.
//
// CONSTRAINS          right = [read >= threshold], read = standard where the word's slot is moved, else values[slot]; word, slot
//                     and threshold as in TreeNode.
// TAKES FOR GRANTED   values and standard are in [0, 2^40); moved is in [0, 32).
// HINTS               slot: each bit boolean, bound as in TreeNode; circomlib's Num2Bits and IsZero.
// VERIFIER OBLIGATIONS none.
// COST                80
template DetourNode() {
    signal input values[32];
    signal input word;
    signal input moved;
    signal input standard;
    signal output right;

    signal slot[5];
    var index = 0;
    for (var k = 0; k < 5; k++) {
        slot[k] <-- (word >> k) & 1;
        slot[k] * (slot[k] - 1) === 0;
        index += slot[k] * (1 << k);
    }
    signal value <== SelectSlot()(values, slot);
    signal same <== IsZero()(index - moved);
    signal read <== value + same * (standard - value);
    signal bits[41] <== Num2Bits(41)(read - (word - index) / 32 + (1 << 40));
    for (var i = 0; i < 40; i++) _ <== bits[i];
    right <== bits[40];
}

// TreeBlock where the attribute at one slot reads as another value, with its hash.
//
// CONSTRAINS          hash is that of the block; child is the one of children that the three nodes lead to.
// TAKES FOR GRANTED   as DetourNode; words and children are authentic: the CALLER compares hash.
// HINTS               see DetourNode.
// VERIFIER OBLIGATIONS none.
// COST                545
template DetourBlock() {
    signal input values[32];
    signal input moved;
    signal input standard;
    signal input words[3];
    signal input children[4];
    signal output hash;
    signal output child;

    hash <== TreeBlockHash()(words, children);
    component upper = DetourNode();
    upper.values <== values;
    upper.word <== words[0];
    upper.moved <== moved;
    upper.standard <== standard;
    component lower = DetourNode();
    lower.values <== values;
    lower.word <== words[1] + upper.right * (words[2] - words[1]);
    lower.moved <== moved;
    lower.standard <== standard;
    signal left <== children[0] + lower.right * (children[1] - children[0]);
    signal right <== children[2] + lower.right * (children[3] - children[2]);
    child <== left + upper.right * (right - left);
}

// CONSTRAINS          out = counts (to - from), -2^64 <= out < 2^64.
// TAKES FOR GRANTED   counts is boolean.
// HINTS               circomlib's Num2Bits.
// VERIFIER OBLIGATIONS none.
// COST                66
template SignedDifference() {
    signal input counts;
    signal input from;
    signal input to;
    signal output out;

    out <== counts * (to - from);
    signal bits[65] <== Num2Bits(65)(out + (1 << 64));
    for (var i = 0; i < 65; i++) _ <== bits[i];
}

// By how much one tree's leaf would rise if one attribute alone had its baseline value, for each attribute. With attribute j
// replaced, the walk follows the applicant's own until the first node that tests j and whose threshold lies between; there it
// goes to the other side: a detour. So a path of `depth` nodes has `depth` detours at most, one for each node, and no attribute
// has two; attributes that make none leave the leaf as it is.
//
// CONSTRAINS          costs[j] = v(x with x_j replaced by b_j) - v(x), v the leaf reached, as a sum of at most one difference of leaves
//                     below 2^64 in magnitude.
// TAKES FOR GRANTED   values and baseline are in [0, 2^40). words[0] and children[0], the tree's first block, are authentic: the
//                     CALLER compares their hash.
// HINTS               see the gadgets: TreeCrossing, DetourNode, IsZero, Num2Bits.
// VERIFIER OBLIGATIONS none.
// COST                2,650 for depth 4, 5,810 for depth 6
template TreeDetours(depth) {
    assert(depth >= 2 && depth % 2 == 0);
    var levels = depth \ 2;
    var opened = levels * (levels - 1);
    signal input values[32];
    signal input baseline[32];
    // The blocks on the path, from the top; and those on each detour below the block where it begins, detour by detour, each
    // from the top.
    signal input words[levels][3];
    signal input children[levels][4];
    signal input detourWords[opened][3];
    signal input detourChildren[opened][4];
    signal output costs[32];

    // 1. The path, and where each detour leaves it: from the upper node of a block it takes the other lower node; from the
    //    lower one, the other child.
    component node[depth];
    component beside[levels];
    component hash[levels];
    signal lower[levels];
    signal near[levels][2];
    signal child[levels];
    signal beyond[levels];
    var leaves[depth];
    for (var k = 0; k < levels; k++) {
        if (k > 0) {
            hash[k] = TreeBlockHash();
            hash[k].words <== words[k];
            hash[k].children <== children[k];
            hash[k].out === child[k - 1];
        }
        node[2 * k] = TreeCrossing();
        node[2 * k].values <== values;
        node[2 * k].baseline <== baseline;
        node[2 * k].word <== words[k][0];
        lower[k] <== words[k][1] + node[2 * k].right * (words[k][2] - words[k][1]);
        node[2 * k + 1] = TreeCrossing();
        node[2 * k + 1].values <== values;
        node[2 * k + 1].baseline <== baseline;
        node[2 * k + 1].word <== lower[k];
        for (var i = 0; i < 2; i++) {
            near[k][i] <== children[k][i] + node[2 * k].right * (children[k][2 + i] - children[k][i]);
        }
        child[k] <== near[k][0] + node[2 * k + 1].right * (near[k][1] - near[k][0]);

        beside[k] = DetourNode();
        beside[k].values <== values;
        beside[k].word <== words[k][1] + words[k][2] - lower[k];
        beside[k].moved <== node[2 * k].index;
        beside[k].standard <== node[2 * k].standard;
        var far[2];
        for (var i = 0; i < 2; i++) far[i] = children[k][i] + children[k][2 + i] - near[k][i];
        beyond[k] <== far[0] + beside[k].right * (far[1] - far[0]);
        leaves[2 * k] = beyond[k];
        leaves[2 * k + 1] = near[k][0] + near[k][1] - child[k];
    }

    // 2. The detours, down to their leaves.
    component block[opened];
    var at = 0;
    for (var k = 0; k < depth; k++) {
        for (var level = k \ 2 + 1; level < levels; level++) {
            block[at] = DetourBlock();
            block[at].values <== values;
            block[at].moved <== node[k].index;
            block[at].standard <== node[k].standard;
            block[at].words <== detourWords[at];
            block[at].children <== detourChildren[at];
            block[at].hash === leaves[k];
            leaves[k] = block[at].child;
            at++;
        }
    }

    _ <== node[depth - 1].standard; // Below the last node nothing is read.

    // 3. A detour counts where it is the first of its attribute.
    signal same[depth * (depth - 1) \ 2];
    signal taken[depth * (depth - 1) \ 2];
    signal first[depth];
    component difference[depth];
    component route[depth];
    var sums[32];
    var pair = 0;
    for (var k = 0; k < depth; k++) {
        var before = 0;
        for (var i = 0; i < k; i++) {
            same[pair] <== IsZero()(node[i].index - node[k].index);
            taken[pair] <== same[pair] * first[i];
            before += taken[pair];
            pair++;
        }
        first[k] <== node[k].crosses * (1 - before);
        difference[k] = SignedDifference();
        difference[k].counts <== first[k];
        difference[k].from <== child[levels - 1];
        difference[k].to <== leaves[k];
        route[k] = RouteToSlot();
        route[k].value <== difference[k].out;
        route[k].bits <== node[k].slot;
        for (var j = 0; j < 32; j++) sums[j] += route[k].out[j];
    }
    costs <== sums;
}
