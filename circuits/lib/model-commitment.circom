pragma circom 2.2.2;

include "./chain.circom";
include "./tags.circom";

// CONSTRAINS          out = chain(tag(model), family = 1, schemaId, weights, [stepWeights_t, stepWords_t], bias, cutoff,
//                     gammaNum, b0, weightSum, magnitudes, modelSalt). docs/spec/statements.md, section 6.
// TAKES FOR GRANTED   nothing; ranges are the callers'.
// HINTS               none.
// VERIFIER OBLIGATIONS none.
// COST                4,257
template AdditiveModelCommitment() {
    signal input schemaId;
    signal input weights[32];
    signal input stepWeights[32];
    signal input stepWords[32];
    signal input bias;
    signal input cutoff;
    signal input gammaNum;
    signal input b0;
    signal input weightSum;
    signal input magnitudes;
    signal input modelSalt;
    signal output out;

    signal parameters[105];
    parameters[0] <== 1;
    parameters[1] <== schemaId;
    for (var j = 0; j < 32; j++) parameters[2 + j] <== weights[j];
    for (var t = 0; t < 32; t++) {
        parameters[34 + 2 * t] <== stepWeights[t];
        parameters[35 + 2 * t] <== stepWords[t];
    }
    parameters[98] <== bias;
    parameters[99] <== cutoff;
    parameters[100] <== gammaNum;
    parameters[101] <== b0;
    parameters[102] <== weightSum;
    parameters[103] <== magnitudes;
    parameters[104] <== modelSalt;
    out <== Chain(TAG_MODEL(), 105)(parameters);
}
