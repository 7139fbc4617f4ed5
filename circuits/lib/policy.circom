pragma circom 2.2.2;

include "bitify.circom";
include "comparators.circom";
include "./chain.circom";
include "./interval-clause.circom";
include "./set-clause.circom";
include "./tags.circom";

// An eligibility policy and its value, docs/spec/statements.md, section 4.
//
//     shape = sum_{c<12} (i_c + 32 j_c) 2^(10 c) + sum_{k<4} (s_k + 32 negated_k) 2^(120 + 6 k)
//           + sum_{d<4} (used_d + 2 mask_d) 2^(144 + 17 d)
//
// CONSTRAINS          policyHash opens to schemaId and the parameters; value = 1 iff some used conjunction has all its
//                     clauses true, else 0; no used conjunction selects an empty set.
// TAKES FOR GRANTED   attributes are in [0, 2^40) and of the schema schemaId: the CALLER shows both.
// HINTS               circomlib's Num2Bits (212 bits: one decomposition) and IsZero; see the clauses.
// VERIFIER OBLIGATIONS policyHash is recomputed from the policy's text by a compiler that keeps the bounds of a, b, lo and
//                     hi and builds the sets' trees.
// COST                10,474: hash 2,424, clauses 2,844, sets 4,892
template PolicyValue() {
    signal input schemaId;
    signal input attributes[32];
    signal input attestedMask;
    signal input identityMask;
    signal input ordinalMax;
    signal input shape;
    signal input a[12];
    signal input b[12];
    signal input lo[12];
    signal input hi[12];
    signal input setRoot[4];
    signal input setValue[4];
    signal input setNext[4];
    signal input setChildren[4][2][8];
    signal output policyHash;
    signal output value;

    // 1. The hash.
    component hash = Chain(TAG_POLICY(), 57);
    hash.in[0] <== schemaId;
    hash.in[1] <== attestedMask;
    hash.in[2] <== identityMask;
    hash.in[3] <== ordinalMax;
    hash.in[4] <== shape;
    for (var c = 0; c < 12; c++) {
        hash.in[5 + 4 * c] <== a[c];
        hash.in[6 + 4 * c] <== b[c];
        hash.in[7 + 4 * c] <== lo[c];
        hash.in[8 + 4 * c] <== hi[c];
    }
    for (var k = 0; k < 4; k++) hash.in[53 + k] <== setRoot[k];
    policyHash <== hash.out;

    // 2. The clauses.
    signal bits[212] <== Num2Bits(212)(shape);
    signal holds[16];
    signal slotBits[12][10];
    for (var c = 0; c < 12; c++) {
        for (var i = 0; i < 10; i++) slotBits[c][i] <== bits[10 * c + i];
        holds[c] <== IntervalClause()(attributes, slotBits[c], a[c], b[c], lo[c], hi[c]);
    }
    signal ruleBits[4][6];
    signal empty[4];
    for (var k = 0; k < 4; k++) {
        for (var i = 0; i < 6; i++) ruleBits[k][i] <== bits[120 + 6 * k + i];
        (holds[12 + k], empty[k]) <== SetClause()(
            attributes, ruleBits[k], setRoot[k], setValue[k], setNext[k], setChildren[k]
        );
    }

    // 3. The conjunctions: one holds when it is used and none of its clauses fails.
    signal fails[4][16];
    signal selects[4][4];
    signal noneFails[4];
    signal satisfied[4];
    var satisfiedCount = 0;
    for (var d = 0; d < 4; d++) {
        var failCount = 0;
        for (var c = 0; c < 16; c++) {
            fails[d][c] <== bits[145 + 17 * d + c] * (1 - holds[c]);
            failCount += fails[d][c];
        }
        noneFails[d] <== IsZero()(failCount);
        satisfied[d] <== bits[144 + 17 * d] * noneFails[d];
        satisfiedCount += satisfied[d];
        for (var k = 0; k < 4; k++) {
            selects[d][k] <== bits[144 + 17 * d] * bits[157 + 17 * d + k];
        }
    }
    for (var k = 0; k < 4; k++) {
        (selects[0][k] + selects[1][k] + selects[2][k] + selects[3][k]) * empty[k] === 0;
    }
    signal none <== IsZero()(satisfiedCount);
    value <== 1 - none;
}
