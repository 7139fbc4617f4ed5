pragma circom 2.2.2;

include "bitify.circom";

// Four neurons for each group of words, docs/spec/statements.md, section on networks. A word is sum_{d<4} weight_d 2^(63 d), the
// signed weights of one input in the four neurons of a group; word 0 holds their biases. So one product does four.
//
// CONSTRAINS          out[4 g + d] = floor(max(0, z) / 2^dropped) for z the sum of bias and weighted inputs of neuron 4 g + d.
// TAKES FOR GRANTED   |z| < 2^62 for each neuron, as an integer: the CALLER bounds it. (Then sum_d (z_d + 2^62) 2^(63 d) is the
//                     one integer below 2^252 < r that the field element stands for, and its digits are the sums.)
// HINTS               circomlib's Num2Bits.
// VERIFIER OBLIGATIONS none.
// COST                groups (n + 256)
template NetworkLayer(n, groups, dropped) {
    signal input in[n];
    signal input words[groups][n + 1];
    signal output out[4 * groups];

    // Each digit is shifted by 2^62, so that its top bit says whether the sum is negative.
    var shift = (1 << 62) * (1 + (1 << 63) + (1 << 126) + (1 << 189));
    signal product[groups][n];
    signal bits[groups][252];
    for (var g = 0; g < groups; g++) {
        var sum = words[g][0] + shift;
        for (var i = 0; i < n; i++) {
            product[g][i] <== words[g][1 + i] * in[i];
            sum += product[g][i];
        }
        bits[g] <== Num2Bits(252)(sum);
        for (var d = 0; d < 4; d++) {
            var kept = 0;
            for (var k = 0; k < dropped; k++) _ <== bits[g][63 * d + k];
            for (var k = dropped; k < 62; k++) kept += bits[g][63 * d + k] * (1 << (k - dropped));
            out[4 * g + d] <== bits[g][63 * d + 62] * kept;
        }
    }
}
