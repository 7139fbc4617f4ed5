pragma circom 2.2.2;

include "./bits.circom";
include "./network-layer.circom";
include "./packed-relu.circom";

// What each attribute of an applicant costs against a baseline under a ReLU network: by how much the score would rise if the
// attribute alone had its baseline value. docs/spec/statements.md, section 10.
//
// CONSTRAINS          costs[j] = S(x with x_j replaced by b_j) - S(x), S as NetworkScore has it, every activation rounded down as
//                     there; the reach of x and of each replacement is below 2^62.
// TAKES FOR GRANTED   attributes and baseline are in [0, 2^40). Of the model, what its conformance proof has shown: see
//                     NetworkScore. Hence g < 2^62 and |costs[j]| <= sum_k |u_k| |g' - g| < 16 2^30 2^62 = 2^96.
// HINTS               see PackedRelu; circomlib's Num2Bits.
// VERIFIER OBLIGATIONS the model commitment has an accepted conformance proof.
// COST                about 108,700
template NetworkCosts() {
    signal input attributes[32];
    signal input baseline[32];
    signal input firstWords[8][33];
    signal input secondWords[4][33];
    signal input outputWeights[16];
    signal input slotNorms[32];
    signal input biasNorm;
    signal output costs[32];

    // 1. Reach, as in NetworkScore: below 2^62 no sum of the first layer passes 2^62. Unchecked it is below 2^106, so that no
    //    replacement makes it negative or wraps it.
    signal reached[32]; // < 2^101
    signal moved[32];   // < 2^101
    var reach = biasNorm;
    for (var j = 0; j < 32; j++) {
        reached[j] <== slotNorms[j] * attributes[j];
        moved[j] <== slotNorms[j] * (baseline[j] - attributes[j]);
        reach += reached[j];
    }
    RangeCheck(62)(reach);
    for (var j = 0; j < 32; j++) RangeCheck(62)(reach + moved[j]);

    // 2. The applicant's own activations.
    component first = NetworkLayer(32, 8, 28);
    first.in <== attributes;
    first.words <== firstWords;
    component second = NetworkLayer(32, 4, 0);
    second.in <== first.out;
    second.words <== secondWords;
    for (var g = 0; g < 4; g++) _ <== second.sums[g];
    signal inner[16] <== second.out;

    // 3. Those with one attribute replaced: sums of the first layer move by that attribute's words, the rest follows.
    signal shift[32][8];
    component firstOf[32][8];
    component secondOf[32];
    signal innerOf[32][16];
    signal term[32][16];
    for (var j = 0; j < 32; j++) {
        secondOf[j] = NetworkLayer(32, 4, 0);
        secondOf[j].words <== secondWords;
        for (var g = 0; g < 8; g++) {
            shift[j][g] <== firstWords[g][1 + j] * (baseline[j] - attributes[j]);
            firstOf[j][g] = PackedRelu(28);
            firstOf[j][g].sum <== first.sums[g] + shift[j][g];
            for (var d = 0; d < 4; d++) secondOf[j].in[4 * g + d] <== firstOf[j][g].out[d];
        }
        for (var g = 0; g < 4; g++) _ <== secondOf[j].sums[g];
        innerOf[j] <== secondOf[j].out;
        var cost = 0;
        for (var k = 0; k < 16; k++) {
            term[j][k] <== outputWeights[k] * (innerOf[j][k] - inner[k]);
            cost += term[j][k];
        }
        costs[j] <== cost;
    }
}
