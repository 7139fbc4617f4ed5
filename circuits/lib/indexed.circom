pragma circom 2.2.2;

include "comparators.circom";
include "poseidon.circom";
include "./bits.circom";
include "./merkle.circom";
include "./tags.circom";

// Whether a number is in an indexed tree, docs/spec/statements.md, section 3.
//
// CONSTRAINS          root is the root of a tree of this depth with a leaf (value, next) that decides about x: present = 1
//                     and value = x, or present = 0 and value < x and (next = 0 or x < next). Which of the two follows from
//                     the leaf; in a well-formed tree no number has leaves of both kinds.
// TAKES FOR GRANTED   x is in [0, 2^n), n <= 248: the CALLER range-checks it.
// HINTS               circomlib's IsZero and Num2Bits.
// VERIFIER OBLIGATIONS the registered root is that of a well-formed tree: sorted, linked, first value 0, next 0 only in the
//                     last leaf, values below 2^n. Whoever registers it builds the tree from the list.
// COST                421 a level, 2 n + 264
template IndexedLookup(n, depth) {
    assert(n <= 248);
    signal input x;
    signal input value;
    signal input next;
    signal input children[depth][8];
    signal output root;
    signal output present;

    // 1. The leaf is in the tree.
    signal leaf <== Poseidon(3)([TAG_INDEXED(), value, next]);
    root <== MerkleRoot8(depth)(leaf, children);

    // 2. It is x's own, or the gap around x. A gap of n bits on x's side bounds the leaf's side too: no value of a tree can
    //    make a difference wrap around the field.
    present <== IsZero()(x - value);
    signal last <== IsZero()(next);
    signal gapBelow <== (1 - present) * (x - value - 1);
    RangeCheck(n)(gapBelow);
    signal bounded <== (1 - present) * (1 - last);
    signal gapAbove <== bounded * (next - x - 1);
    RangeCheck(n)(gapAbove);
}
