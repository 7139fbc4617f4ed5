pragma circom 2.2.2;

include "./packed-relu.circom";

// Four neurons for each group of words, docs/spec/statements.md, section on networks. A word is sum_{d<4} weight_d 2^(63 d), the
// signed weights of one input in the four neurons of a group; word 0 holds their biases. So one product does four.
//
// CONSTRAINS          sums[g] = sum_{d<4} z 2^(63 d) and out[4 g + d] = floor(max(0, z) / 2^dropped), z the sum of bias and
//                     weighted inputs of neuron 4 g + d.
// TAKES FOR GRANTED   |z| < 2^62 for each neuron, as an integer: the CALLER bounds it.
// HINTS               see PackedRelu.
// VERIFIER OBLIGATIONS none.
// COST                groups (n + 256)
template NetworkLayer(n, groups, dropped) {
    signal input in[n];
    signal input words[groups][n + 1];
    signal output sums[groups];
    signal output out[4 * groups];

    signal product[groups][n];
    component relu[groups];
    for (var g = 0; g < groups; g++) {
        var sum = words[g][0];
        for (var i = 0; i < n; i++) {
            product[g][i] <== words[g][1 + i] * in[i];
            sum += product[g][i];
        }
        sums[g] <== sum;
        relu[g] = PackedRelu(dropped);
        relu[g].sum <== sums[g];
        for (var d = 0; d < 4; d++) out[4 * g + d] <== relu[g].out[d];
    }
}
