pragma circom 2.2.2;

include "./compare.circom";
include "./route.circom";
include "./select.circom";
include "./step-word.circom";

// What each attribute of an applicant costs against a baseline under an additive model: by how much the score would rise
// if the attribute alone had its baseline value. docs/spec/statements.md, section 10.
//
// CONSTRAINS          costs[j] = w_j (b_j - x_j) + sum over the steps t with s_t = j of u_t ([b_j >= c_t] - [x_j >= c_t]).
// TAKES FOR GRANTED   attributes and baseline are in [0, 2^40). Of the model, what its conformance proof has shown:
//                     |w_j| < 2^120, |u_t| < 2^160, hence |costs[j]| < 2^166.
// HINTS               circomlib's Num2Bits.
// VERIFIER OBLIGATIONS the model commitment has an accepted conformance proof.
// COST                7,104
template AttributeCosts() {
    signal input attributes[32];
    signal input baseline[32];
    signal input weights[32];
    signal input stepWeights[32];
    signal input stepWords[32];
    signal output costs[32];

    var sums[32];
    signal continuous[32];  // < 2^160
    for (var j = 0; j < 32; j++) {
        continuous[j] <== weights[j] * (baseline[j] - attributes[j]);
        sums[j] = continuous[j];
    }
    component step[32];
    component value[32];
    component standard[32];
    component route[32];
    signal below[32];
    signal standardBelow[32];
    signal jump[32];        // < 2^160, and 32 of them < 2^165
    for (var t = 0; t < 32; t++) {
        step[t] = StepWord();
        step[t].word <== stepWords[t];
        value[t] = SelectSlot();
        value[t].values <== attributes;
        value[t].bits <== step[t].slot;
        standard[t] = SelectSlot();
        standard[t].values <== baseline;
        standard[t].bits <== step[t].slot;
        below[t] <== LessThanBits(40)(value[t].out, step[t].threshold);
        standardBelow[t] <== LessThanBits(40)(standard[t].out, step[t].threshold);
        jump[t] <== stepWeights[t] * (below[t] - standardBelow[t]);
        route[t] = RouteToSlot();
        route[t].value <== jump[t];
        route[t].bits <== step[t].slot;
        for (var j = 0; j < 32; j++) sums[j] += route[t].out[j];
    }
    costs <== sums;
}
