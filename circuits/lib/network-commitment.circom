pragma circom 2.2.2;

include "./chain.circom";
include "./tags.circom";

// CONSTRAINS          out = chain(tag(model), family, schemaId, first words, second words (by group, the biases' word first),
//                     outputWeights, outputBias, cutoff, slotNorms, biasNorm, growth, free, modelSalt). docs/spec/statements.md.
// TAKES FOR GRANTED   nothing; ranges are the callers'.
// HINTS               none.
// VERIFIER OBLIGATIONS none.
// COST                18,850
template NetworkModelCommitment(family) {
    signal input schemaId;
    signal input firstWords[8][33];
    signal input secondWords[4][33];
    signal input outputWeights[16];
    signal input outputBias;
    signal input cutoff;
    signal input slotNorms[32];
    signal input biasNorm;
    signal input growth[3];
    signal input free;
    signal input modelSalt;
    signal output out;

    signal parameters[454];
    parameters[0] <== family;
    parameters[1] <== schemaId;
    for (var g = 0; g < 8; g++) {
        for (var i = 0; i < 33; i++) parameters[2 + 33 * g + i] <== firstWords[g][i];
    }
    for (var g = 0; g < 4; g++) {
        for (var i = 0; i < 33; i++) parameters[266 + 33 * g + i] <== secondWords[g][i];
    }
    for (var k = 0; k < 16; k++) parameters[398 + k] <== outputWeights[k];
    parameters[414] <== outputBias;
    parameters[415] <== cutoff;
    for (var j = 0; j < 32; j++) parameters[416 + j] <== slotNorms[j];
    parameters[448] <== biasNorm;
    for (var l = 0; l < 3; l++) parameters[449 + l] <== growth[l];
    parameters[452] <== free;
    parameters[453] <== modelSalt;
    out <== Chain(TAG_MODEL(), 454)(parameters);
}
