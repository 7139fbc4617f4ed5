pragma circom 2.2.2;

include "bitify.circom";

// CONSTRAINS          word = slot + 32 threshold with slot in [0, 32), given as bits, and threshold in [0, 2^40).
// TAKES FOR GRANTED   nothing.
// HINTS               circomlib's Num2Bits.
// VERIFIER OBLIGATIONS none.
// COST                45
template StepWord() {
    signal input word;
    signal output slot[5];
    signal output threshold;

    signal bits[45] <== Num2Bits(45)(word);
    for (var k = 0; k < 5; k++) slot[k] <== bits[k];
    var sum = 0;
    for (var k = 0; k < 40; k++) sum += bits[5 + k] * (1 << k);
    threshold <== sum;
}
