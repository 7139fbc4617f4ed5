pragma circom 2.2.2;

include "poseidon.circom";
include "./attributes.circom";
include "./tags.circom";

// The attributes that reasons are measured against, docs/spec/statements.md, section 10.
//
// CONSTRAINS          each of 32 values is in [0, 2^40); out = P(tag(baseline), schemaId, packed_0..packed_5).
// TAKES FOR GRANTED   nothing.
// HINTS               see PackAttributes.
// VERIFIER OBLIGATIONS none.
// COST                1,680
template BaselineHash() {
    signal input schemaId;
    signal input baseline[32];
    signal output out;

    signal packed[6];
    signal bits[32][40];
    (packed, bits) <== PackAttributes()(baseline);
    for (var i = 0; i < 32; i++) {
        for (var k = 0; k < 40; k++) _ <== bits[i][k];
    }
    out <== Poseidon(8)([
        TAG_BASELINE(), schemaId, packed[0], packed[1], packed[2], packed[3], packed[4], packed[5]
    ]);
}
