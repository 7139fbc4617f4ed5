pragma circom 2.2.2;

include "comparators.circom";
include "./indexed.circom";
include "./select.circom";

// CONSTRAINS          out = [x_s is in the set] or, negated, its opposite; s and the negation given by ruleBits (5 and 1,
//                     lowest first). empty = [setRoot = 0]: then the clause is unused, and out means nothing.
// TAKES FOR GRANTED   ruleBits are boolean and attributes in [0, 2^40): the CALLER constrains both.
// HINTS               see IndexedLookup.
// VERIFIER OBLIGATIONS setRoot, part of the policy hash, is the root of a well-formed tree of `value + 1`.
// COST                1,223
template SetClause() {
    signal input attributes[32];
    signal input ruleBits[6];
    signal input setRoot;
    signal input value;
    signal input next;
    signal input children[2][8];
    signal output out;
    signal output empty;

    signal slotBits[5];
    for (var k = 0; k < 5; k++) slotBits[k] <== ruleBits[k];
    signal selected <== SelectSlot()(attributes, slotBits);

    signal (root, present) <== IndexedLookup(41, 2)(selected + 1, value, next, children);
    empty <== IsZero()(setRoot);
    (1 - empty) * (setRoot - root) === 0;
    out <== present + ruleBits[5] - 2 * present * ruleBits[5];
}
