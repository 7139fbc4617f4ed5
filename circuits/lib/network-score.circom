pragma circom 2.2.2;

include "bitify.circom";
include "./bits.circom";
include "./network-layer.circom";

// A ReLU network on one applicant, docs/spec/statements.md, section on networks.
//
// CONSTRAINS          h_i = floor(max(0, b_i + sum_j w_ij x_j) / 2^28), g_k = max(0, c_k + sum_i v_ki h_i);
//                     S = outputBias + sum_k u_k g_k; above = [S > cutoff];
//                     reach = biasNorm + sum_j slotNorms_j x_j < 2^62;
//                     inBand = [|S - cutoff| 2^40 <= free + growth_0 reach + growth_1 sum_i h_i + growth_2 sum_k g_k].
// TAKES FOR GRANTED   attributes are in [0, 2^40). Of the model, what its conformance proof has shown: the words are made of signed
//                     weights and biases with |w_ij| <= slotNorms_j < 2^61, |b_i| <= biasNorm < 2^61, |v_ki| < 2^22,
//                     |c_k| < 2^60; |u_k| < 2^30; |outputBias|, |cutoff| < 2^100; growth < (2^60, 2^90, 2^60), free < 2^130.
// HINTS               circomlib's Num2Bits.
// VERIFIER OBLIGATIONS the model commitment has an accepted conformance proof.
// COST                3,790
template NetworkScore() {
    signal input attributes[32];
    signal input firstWords[8][33];
    signal input secondWords[4][33];
    signal input outputWeights[16];
    signal input outputBias;
    signal input cutoff;
    signal input slotNorms[32];
    signal input biasNorm;
    signal input growth[3];
    signal input free;
    signal output above;
    signal output inBand;

    // 1. Reach of the first layer. Without the check below 2^62 it is below 2^106; with it, no sum of the layer passes 2^62.
    signal reached[32];
    var reachSum = biasNorm;
    for (var j = 0; j < 32; j++) {
        reached[j] <== slotNorms[j] * attributes[j]; // < 2^101
        reachSum += reached[j];
    }
    signal reach <== reachSum;
    RangeCheck(62)(reach);

    // 2. The layers. h < 2^34, so |c_k + sum_i v_ki h_i| < 2^60 + 32 2^56 < 2^62; g < 2^62.
    component first = NetworkLayer(32, 8, 28);
    first.in <== attributes;
    first.words <== firstWords;
    for (var g = 0; g < 8; g++) _ <== first.sums[g];
    signal hidden[32] <== first.out;
    component second = NetworkLayer(32, 4, 0);
    second.in <== hidden;
    second.words <== secondWords;
    for (var g = 0; g < 4; g++) _ <== second.sums[g];
    signal inner[16] <== second.out;
    var hiddenSum = 0;                             // < 2^39
    for (var i = 0; i < 32; i++) hiddenSum += hidden[i];
    signal term[16];
    var score = outputBias;                        // |score| < 2^100 + 16 2^92
    var innerSum = 0;                              // < 2^66
    for (var k = 0; k < 16; k++) {
        term[k] <== outputWeights[k] * inner[k];
        score += term[k];
        innerSum += inner[k];
    }

    // 3. The side of the cutoff: |score - cutoff| < 2^102, shifted by 2^103.
    signal difference <== score - cutoff;
    signal side[104] <== Num2Bits(104)(difference - 1 + (1 << 103));
    for (var i = 0; i < 103; i++) _ <== side[i];
    above <== side[103];
    signal distance <== (2 * above - 1) * difference; // |difference| < 2^102

    // 4. The band: growth_0 reach < 2^122, growth_1 hiddenSum < 2^129, growth_2 innerSum < 2^126, band < 2^132,
    //    distance 2^40 < 2^142.
    signal proportional[3];
    proportional[0] <== growth[0] * reach;
    proportional[1] <== growth[1] * hiddenSum;
    proportional[2] <== growth[2] * innerSum;
    var band = free + proportional[0] + proportional[1] + proportional[2];
    signal within[144] <== Num2Bits(144)(band - distance * (1 << 40) + (1 << 143));
    for (var i = 0; i < 143; i++) _ <== within[i];
    inBand <== within[143];
}
