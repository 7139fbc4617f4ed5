pragma circom 2.2.2;

include "bitify.circom";
include "./compare.circom";
include "./select.circom";
include "./step-word.circom";

// The additive model on one applicant, docs/spec/statements.md, section 6.
//
// CONSTRAINS          S = bias + sum_j w_j x_j + sum_t u_t [x_{s_t} >= c_t];  above = [S > cutoff];
//                     inBand = [|S - cutoff| 2^40 <= b0 + gammaNum sum_j |w_j| x_j].
// TAKES FOR GRANTED   attributes are in [0, 2^40). Of the model, what its conformance proof has shown: |w_j| < 2^120,
//                     |u_t|, |bias|, |cutoff| < 2^160, gammaNum < 2^30, b0 < 2^230, weightSum = sum_j |w_j|.
// HINTS               magnitude[j]: w_j or -w_j, and together they make weightSum. |w_j| is the larger of the two, so one
//                     wrong sign makes the sum smaller than weightSum; as integers, for no sum passes 2^125.
//                     circomlib's Num2Bits.
// VERIFIER OBLIGATIONS the model commitment has an accepted conformance proof.
// COST                4,277
template AdditiveScore() {
    signal input attributes[32];
    signal input weights[32];
    signal input stepWeights[32];
    signal input stepWords[32];
    signal input bias;
    signal input cutoff;
    signal input gammaNum;
    signal input b0;
    signal input weightSum;
    signal output above;
    signal output inBand;

    // 1. Continuous terms, and the sum of their magnitudes.
    signal magnitude[32];
    signal continuous[32]; // |w x| < 2^160
    signal moved[32];      // < 2^160
    var magnitudes = 0;    // < 2^125
    var sum = 0;           // |sum| < 2^165
    var movedSum = 0;      // < 2^165
    for (var j = 0; j < 32; j++) {
        magnitude[j] <-- weights[j] < 0 ? -weights[j] : weights[j];
        (magnitude[j] - weights[j]) * (magnitude[j] + weights[j]) === 0;
        magnitudes += magnitude[j];
        continuous[j] <== weights[j] * attributes[j];
        moved[j] <== magnitude[j] * attributes[j];
        sum += continuous[j];
        movedSum += moved[j];
    }
    magnitudes === weightSum;

    // 2. Discontinuous terms.
    component step[32];
    component select[32];
    signal below[32];
    signal jump[32];       // |u| < 2^160
    for (var t = 0; t < 32; t++) {
        step[t] = StepWord();
        step[t].word <== stepWords[t];
        select[t] = SelectSlot();
        select[t].values <== attributes;
        select[t].bits <== step[t].slot;
        below[t] <== LessThanBits(40)(select[t].out, step[t].threshold);
        jump[t] <== stepWeights[t] * (1 - below[t]);
        sum += jump[t];    // |sum| < 2^166
    }

    // 3. The side of the cutoff: |bias + sum - cutoff| < 2^167, shifted by 2^170.
    signal difference <== bias + sum - cutoff;
    signal side[171] <== Num2Bits(171)(difference - 1 + (1 << 170));
    for (var i = 0; i < 170; i++) _ <== side[i];
    above <== side[170];
    signal distance <== (2 * above - 1) * difference; // |difference| < 2^167

    // 4. The band: gammaNum movedSum < 2^195, band < 2^231, distance 2^40 < 2^207.
    signal proportional <== gammaNum * movedSum;
    signal within[232] <== Num2Bits(232)(b0 + proportional - distance * (1 << 40) + (1 << 231));
    for (var i = 0; i < 231; i++) _ <== within[i];
    inBand <== within[231];
}
