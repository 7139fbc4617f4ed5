pragma circom 2.2.2;

include "bitify.circom";
include "../lib/absolute-value.circom";
include "../lib/bits.circom";
include "../lib/network-commitment.circom";
include "../lib/network-words.circom";

// Conformance of a ReLU network: all weights are opened and in range, its norms and its band follow from them, and it reads no
// prohibited slot. docs/spec/statements.md and docs/spec/band.md, sections on networks.
//
// CONSTRAINS          w_ij = factor_j s_ij, |s_ij| <= step_j < 2^22, factor_j < 2^39, slotNorms_j = factor_j step_j;
//                     |b_i| <= biasNorm < 2^61; |v_ki| < 2^22; |c_k| < 2^60; |u_k| < 2^30; |outputBias|, |cutoff| < 2^100;
//                     growth < (2^60, 2^90, 2^60); free < 2^130. With L_i = sum_k |u_k| |v_ki| and G = GAMMA_MIN,
//                     growth_2 >= 2^39 + G |u_k|                                                            for each k,
//                     growth_1 >= sum_k |u_k| (2^39 + G |v_ki|)                                             for each i,
//                     growth_0 2^28 step_j >= sum_i L_i (2^39 + G |s_ij|)                                   for each j, factor_j > 0,
//                     2^28 (free + growth_0 biasNorm) >= sum_i L_i (2^68 + 2^39 + G |b_i|)
//                                                      + 2^28 (sum_k |u_k| (2^39 + G |c_k|) + 2^40 + G |outputBias|);
//                     slotNorms_j = 0 for each slot j in prohibitedMask, hence w_ij = 0; family = 4; modelCommitment opens to all
//                     of it. Witness inputs: slotFactors[32], slotSteps[32], firstSteps[32][32] (s), firstBiases[32],
//                     secondWeights[16][32], secondBiases[16], outputWeights[16], outputBias, cutoff, biasNorm, growth[3], free,
//                     modelSalt. Signed numbers as r - |v|.
// TAKES FOR GRANTED   nothing.
// HINTS               see the gadgets: AbsoluteValue, Num2Bits.
// VERIFIER OBLIGATIONS public signals are canonical and exactly four; prohibitedMask holds the slots that the schema named
//                     by schemaId protects or the policy prohibits.
// COST                see circuits/constraints.json
template ConformanceNetwork() {
    signal input modelCommitment;
    signal input schemaId;
    signal input prohibitedMask;
    signal input family;

    signal input slotFactors[32];
    signal input slotSteps[32];
    signal input firstSteps[32][32];
    signal input firstBiases[32];
    signal input secondWeights[16][32];
    signal input secondBiases[16];
    signal input outputWeights[16];
    signal input outputBias;
    signal input cutoff;
    signal input biasNorm;
    signal input growth[3];
    signal input free;
    signal input modelSalt;

    family === 4;
    // ceil(2^40 gamma_8), gamma_8 = 8 2^-24 / (1 - 8 2^-24).
    var GAMMA_MIN = 524289;
    var HALF = 1 << 39;

    // 1. The output, and the second layer's share of the score: L_i.
    RangeCheck(60)(growth[0]);
    RangeCheck(90)(growth[1]);
    RangeCheck(60)(growth[2]);
    RangeCheck(130)(free);
    signal outputMagnitude[16];
    signal secondMagnitude[16][32];
    signal secondBiasMagnitude[16];
    signal through[16][32];                                // |u_k v_ki| < 2^52
    signal biasThrough[16];                                // |u_k c_k| < 2^90
    var reach[32];                                         // L_i < 2^56
    var outputSum = 0;                                     // < 2^34
    var constant = 2 * HALF;                               // < 2^121
    for (var i = 0; i < 32; i++) reach[i] = 0;
    for (var k = 0; k < 16; k++) {
        outputMagnitude[k] <== AbsoluteValue(30)(outputWeights[k]);
        outputSum += outputMagnitude[k];
        secondBiasMagnitude[k] <== AbsoluteValue(60)(secondBiases[k]);
        biasThrough[k] <== outputMagnitude[k] * secondBiasMagnitude[k];
        constant += outputMagnitude[k] * HALF + GAMMA_MIN * biasThrough[k];
        for (var i = 0; i < 32; i++) {
            secondMagnitude[k][i] <== AbsoluteValue(22)(secondWeights[k][i]);
            through[k][i] <== outputMagnitude[k] * secondMagnitude[k][i];
            reach[i] += through[k][i];
        }
        RangeCheck(60)(growth[2] - HALF - GAMMA_MIN * outputMagnitude[k]);
    }
    signal outputBiasMagnitude <== AbsoluteValue(100)(outputBias);
    constant += GAMMA_MIN * outputBiasMagnitude;
    _ <== AbsoluteValue(100)(cutoff);
    for (var i = 0; i < 32; i++) {
        RangeCheck(90)(growth[1] - HALF * outputSum - GAMMA_MIN * reach[i]);
    }

    // 2. The first layer, slot by slot.
    signal prohibited[32] <== Num2Bits(32)(prohibitedMask);
    signal slotNorms[32];                                  // < 2^61
    signal stepMagnitude[32][32];                          // by neuron and slot
    signal firstThrough[32][32];                           // L_i |s_ij| < 2^78
    signal grown[32];
    var reachSum = 0;                                      // < 2^61
    for (var i = 0; i < 32; i++) reachSum += reach[i];
    for (var j = 0; j < 32; j++) {
        RangeCheck(39)(slotFactors[j]);
        RangeCheck(22)(slotSteps[j]);
        slotNorms[j] <== slotFactors[j] * slotSteps[j];
        prohibited[j] * slotNorms[j] === 0;
        var slotSum = 0;                                   // < 2^83
        for (var i = 0; i < 32; i++) {
            stepMagnitude[i][j] <== AbsoluteValue(22)(firstSteps[i][j]);
            RangeCheck(22)(slotSteps[j] - stepMagnitude[i][j]);
            firstThrough[i][j] <== reach[i] * stepMagnitude[i][j];
            slotSum += firstThrough[i][j];
        }
        // growth_0 2^28 step_j < 2^110, sums < 2^104, either times factor_j < 2^149.
        grown[j] <== growth[0] * slotSteps[j];
        RangeCheck(149)(slotFactors[j] * (grown[j] * (1 << 28) - HALF * reachSum - GAMMA_MIN * slotSum));
    }

    // 3. Biases, and what the band has besides.
    signal firstBiasMagnitude[32];
    signal firstBiasThrough[32];                           // L_i |b_i| < 2^117
    RangeCheck(61)(biasNorm);
    var firstConstant = (HALF + (1 << 68)) * reachSum;     // < 2^142
    for (var i = 0; i < 32; i++) {
        firstBiasMagnitude[i] <== AbsoluteValue(61)(firstBiases[i]);
        RangeCheck(61)(biasNorm - firstBiasMagnitude[i]);
        firstBiasThrough[i] <== reach[i] * firstBiasMagnitude[i];
        firstConstant += GAMMA_MIN * firstBiasThrough[i];
    }
    signal biasGrown <== growth[0] * biasNorm;             // < 2^121
    RangeCheck(160)((1 << 28) * (free + biasGrown - constant) - firstConstant);

    // 4. The commitment.
    var ones[32];
    for (var i = 0; i < 32; i++) ones[i] = 1;
    signal firstWords[8][33] <== NetworkWords(32, 8)(firstSteps, firstBiases, slotFactors);
    signal secondWords[4][33] <== NetworkWords(32, 4)(secondWeights, secondBiases, ones);
    signal computedModelCommitment <== NetworkModelCommitment(4)(
        schemaId, firstWords, secondWords, outputWeights, outputBias, cutoff, slotNorms, biasNorm, growth, free, modelSalt
    );
    modelCommitment === computedModelCommitment;
}

component main {public [modelCommitment, schemaId, prohibitedMask, family]} = ConformanceNetwork();
