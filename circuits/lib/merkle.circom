pragma circom 2.2.2;

include "poseidon.circom";
include "./tags.circom";

// 8-ary trees, docs/spec/statements.md, section 3.

// CONSTRAINS          out = P(tag(node), children).
// TAKES FOR GRANTED   nothing.
// HINTS               none.
// VERIFIER OBLIGATIONS none.
// COST                414
template NodeHash8() {
    signal input children[8];
    signal output out;
    out <== Poseidon(9)([
        TAG_NODE(), children[0], children[1], children[2], children[3], children[4], children[5], children[6],
        children[7]
    ]);
}

// CONSTRAINS          node is one of the children: the product of the differences is zero, which in a field it is only when
//                     one of them is. There is no index and no selector, so none that could be wrong.
// TAKES FOR GRANTED   nothing.
// HINTS               none.
// VERIFIER OBLIGATIONS none.
// COST                7
template ChildOf8() {
    signal input node;
    signal input children[8];

    signal product[8];
    product[0] <== node - children[0];
    for (var i = 1; i < 8; i++) {
        product[i] <== product[i - 1] * (node - children[i]);
    }
    product[7] === 0;
}

// CONSTRAINS          root is the root of a tree of this depth that holds leaf, children[0] being the leaf's level.
// TAKES FOR GRANTED   leaf is a tagged hash: an absent leaf is 0, and any tree that is not full holds it.
// HINTS               none.
// VERIFIER OBLIGATIONS the root is a registered one, never the empty tree's.
// COST                421 a level
template MerkleRoot8(depth) {
    signal input leaf;
    signal input children[depth][8];
    signal output root;

    signal node[depth + 1];
    node[0] <== leaf;
    for (var k = 0; k < depth; k++) {
        ChildOf8()(node[k], children[k]);
        node[k + 1] <== NodeHash8()(children[k]);
    }
    root <== node[depth];
}
