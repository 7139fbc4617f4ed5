pragma circom 2.2.2;

include "bitify.circom";
include "./select.circom";

// CONSTRAINS          out = [lo <= a x_i + b x_j <= hi], i and j given by slotBits (5 bits each, lowest first).
// TAKES FOR GRANTED   slotBits are boolean and attributes in [0, 2^40): the CALLER constrains both. |a|, |b| < 2^40 and
//                     |lo|, |hi| < 2^84, which hold for every registered policy.
//                     Bits: |a x_i + b x_j| < 2^81, each difference below 2^85 in absolute value, so 86 bits decide its sign.
// HINTS               circomlib's Num2Bits; a difference outside 86 bits has no witness.
// VERIFIER OBLIGATIONS the policy hash is recomputed from the text by a compiler that keeps those bounds.
// COST                237
template IntervalClause() {
    signal input attributes[32];
    signal input slotBits[10];
    signal input a;
    signal input b;
    signal input lo;
    signal input hi;
    signal output out;

    signal bitsI[5];
    signal bitsJ[5];
    for (var k = 0; k < 5; k++) {
        bitsI[k] <== slotBits[k];
        bitsJ[k] <== slotBits[5 + k];
    }
    signal first <== SelectSlot()(attributes, bitsI);
    signal second <== SelectSlot()(attributes, bitsJ);
    signal product <== a * first;
    signal sum <== product + b * second;

    signal below[86] <== Num2Bits(86)(sum - lo + (1 << 85));
    signal above[86] <== Num2Bits(86)(hi - sum + (1 << 85));
    for (var k = 0; k < 85; k++) {
        _ <== below[k];
        _ <== above[k];
    }
    out <== below[85] * above[85];
}
