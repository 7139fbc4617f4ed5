pragma circom 2.2.2;

include "bitify.circom";

// The activations of four neurons that share a word, docs/spec/statements.md, section on networks.
//
// CONSTRAINS          out[d] = floor(max(0, z_d) / 2^dropped) for the z_d of sum = sum_{d<4} z_d 2^(63 d).
// TAKES FOR GRANTED   |z_d| < 2^62, as integers: the CALLER bounds them. (Then sum_d (z_d + 2^62) 2^(63 d) is the one integer
//                     below 2^252 < r that the field element stands for, and its digits are the sums.)
// HINTS               circomlib's Num2Bits.
// VERIFIER OBLIGATIONS none.
// COST                256
template PackedRelu(dropped) {
    signal input sum;
    signal output out[4];

    // Each digit is shifted by 2^62, so that its top bit says whether z is negative.
    var shift = (1 << 62) * (1 + (1 << 63) + (1 << 126) + (1 << 189));
    signal bits[252] <== Num2Bits(252)(sum + shift);
    for (var d = 0; d < 4; d++) {
        var kept = 0;
        for (var k = 0; k < dropped; k++) _ <== bits[63 * d + k];
        for (var k = dropped; k < 62; k++) kept += bits[63 * d + k] * (1 << (k - dropped));
        out[d] <== bits[63 * d + 62] * kept;
    }
}
