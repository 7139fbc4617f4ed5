pragma circom 2.2.2;

include "bitify.circom";
include "../lib/absolute-value.circom";
include "../lib/bits.circom";
include "../lib/chain.circom";
include "../lib/model-commitment.circom";
include "../lib/select.circom";
include "../lib/step-word.circom";
include "../lib/tags.circom";

// Conformance of an additive model: its parameters are in range, its band follows from them, and it reads no prohibited
// slot. docs/spec/statements.md, section 6.
//
// CONSTRAINS          |w_j| < 2^120; |u_t|, |bias|, |cutoff| < 2^160; M_j < 2^64; GAMMA_MIN <= gammaNum < 2^30;
//                     extra < 2^229; s_t < 32, c_t < 2^40; weightSum = sum_j |w_j|;
//                     b0 = gammaNum (|bias| + sum_j |w_j| M_j + sum_t |u_t|) + extra, hence b0 < 2^230;
//                     for each slot j in prohibitedMask: w_j = 0, and no step with u_t != 0 has s_t = j;
//                     family = 1; modelCommitment opens to all of it. Witness inputs:
//                     weights[32], stepWeights[32], stepWords[32] (s_t + 32 c_t), bias, cutoff, gammaNum,
//                     magnitudes[32] (M_j), extra, modelSalt. Signed numbers as r - |v|.
// TAKES FOR GRANTED   nothing.
// HINTS               see the gadgets: AbsoluteValue, Num2Bits.
// VERIFIER OBLIGATIONS public signals are canonical and exactly four; prohibitedMask holds the slots that the schema named
//                     by schemaId protects or the policy prohibits. A slot that only a step with u_t = 0 names is not read.
// COST                see circuits/constraints.json
template ConformanceAdditive() {
    signal input modelCommitment;
    signal input schemaId;
    signal input prohibitedMask;
    signal input family;

    signal input weights[32];
    signal input stepWeights[32];
    signal input stepWords[32];
    signal input bias;
    signal input cutoff;
    signal input gammaNum;
    signal input magnitudes[32];
    signal input extra;
    signal input modelSalt;

    family === 1;

    // 1. Ranges, and no prohibited slot is read.
    signal prohibited[32] <== Num2Bits(32)(prohibitedMask);
    signal weightMagnitude[32];
    signal covered[32];
    var weightSum = 0;                                  // < 2^125
    var cover = 0;                                      // < 2^190
    for (var j = 0; j < 32; j++) {
        weightMagnitude[j] <== AbsoluteValue(120)(weights[j]);
        weightSum += weightMagnitude[j];
        RangeCheck(64)(magnitudes[j]);
        covered[j] <== weightMagnitude[j] * magnitudes[j]; // < 2^184
        cover += covered[j];
        prohibited[j] * weights[j] === 0;
    }
    component step[32];
    component select[32];
    signal stepMagnitude[32];
    for (var t = 0; t < 32; t++) {
        stepMagnitude[t] <== AbsoluteValue(160)(stepWeights[t]);
        cover += stepMagnitude[t];
        step[t] = StepWord();
        step[t].word <== stepWords[t];
        _ <== step[t].threshold;
        select[t] = SelectSlot();
        select[t].values <== prohibited;
        select[t].bits <== step[t].slot;
        select[t].out * stepWeights[t] === 0;
    }
    signal biasMagnitude <== AbsoluteValue(160)(bias);
    cover += biasMagnitude;
    _ <== AbsoluteValue(160)(cutoff);
    RangeCheck(229)(extra);

    // 2. The band. GAMMA_MIN = ceil(2^40 gamma_8), gamma_8 = 8 2^-24 / (1 - 8 2^-24).
    var GAMMA_MIN = 524289;
    RangeCheck(30)(gammaNum);
    RangeCheck(30)(gammaNum - GAMMA_MIN);
    signal proportional <== gammaNum * cover;           // < 2^220
    signal b0 <== proportional + extra;                 // < 2^230

    // 3. The commitment.
    signal magnitudeList[33];
    for (var j = 0; j < 32; j++) magnitudeList[j] <== magnitudes[j];
    magnitudeList[32] <== extra;
    signal magnitudesHash <== Chain(TAG_MODEL_MAGNITUDES(), 33)(magnitudeList);
    signal computedModelCommitment <== AdditiveModelCommitment()(
        schemaId, weights, stepWeights, stepWords, bias, cutoff, gammaNum, b0, weightSum, magnitudesHash, modelSalt
    );
    modelCommitment === computedModelCommitment;
}

component main {public [modelCommitment, schemaId, prohibitedMask, family]} = ConformanceAdditive();
