pragma circom 2.2.2;

include "bitify.circom";

// CONSTRAINS          each of 32 attributes is in [0, 2^40); packed[k] = sum_{i<6} attributes[6k+i] 2^(40 i), k < 5;
//                     packed[5] = attributes[30] + attributes[31] 2^40. docs/spec/statements.md, section 2.
// TAKES FOR GRANTED   nothing.
// HINTS               circomlib's Num2Bits: each bit is boolean and their sum is the attribute.
// VERIFIER OBLIGATIONS none.
// COST                1,280
template PackAttributes() {
    signal input attributes[32];
    signal output packed[6];
    signal output bits[32][40];

    var sum[6] = [0, 0, 0, 0, 0, 0];
    for (var i = 0; i < 32; i++) {
        bits[i] <== Num2Bits(40)(attributes[i]);
        sum[i \ 6] += attributes[i] * (1 << (40 * (i % 6)));
    }
    // Bits: 240 a word.
    packed <== sum;
}
