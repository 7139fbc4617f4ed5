pragma circom 2.2.2;

include "bitify.circom";
include "comparators.circom";
include "./compare.circom";
include "./select.circom";

// The group into which one partition puts an applicant, docs/spec/statements.md, section 5.
//
//     thresholdWord = sum_{i<6} c_{i+1} 2^(40 i)
//     ruleWord      = c_7 + 2^40 (used + 2 slot + 2^6 missingSlot + 2^12 unknownGroup + 2^15 sum_{i<8} label_i 8^i)
//
// CONSTRAINS          group is the one-hot group; both words hold nothing but their numbers; a missingSlot above 31 is 32;
//                     no threshold above the attribute comes before one that is not.
// TAKES FOR GRANTED   attributes are in [0, 2^40).
// HINTS               circomlib's Num2Bits and IsEqual (is the missing flag 1).
// VERIFIER OBLIGATIONS the words are opened from a registered partitionsHash.
// COST                695
template PartitionGroup() {
    signal input attributes[32];
    signal input thresholdWord;
    signal input ruleWord;
    signal output group[8];

    // 1. Unpack. 240 and 79 bits: each decomposition is unique.
    signal thresholdBits[240] <== Num2Bits(240)(thresholdWord);
    signal ruleBits[79] <== Num2Bits(79)(ruleWord);
    var thresholds[7];
    for (var i = 0; i < 7; i++) {
        thresholds[i] = 0;
        for (var k = 0; k < 40; k++) {
            if (i < 6) {
                thresholds[i] += thresholdBits[40 * i + k] * (1 << k);
            } else {
                thresholds[i] += ruleBits[k] * (1 << k);
            }
        }
    }
    signal used <== ruleBits[40];
    signal slot[5];
    signal missingSlot[5];
    for (var k = 0; k < 5; k++) {
        slot[k] <== ruleBits[41 + k];
        missingSlot[k] <== ruleBits[46 + k];
    }
    signal never <== ruleBits[51];
    never * (missingSlot[0] + missingSlot[1] + missingSlot[2] + missingSlot[3] + missingSlot[4]) === 0;
    var unknownGroup = ruleBits[52] + 2 * ruleBits[53] + 4 * ruleBits[54];
    var labels[8];
    for (var i = 0; i < 8; i++) {
        labels[i] = ruleBits[55 + 3 * i] + 2 * ruleBits[56 + 3 * i] + 4 * ruleBits[57 + 3 * i];
    }

    // 2. The interval, as the unary number of thresholds <= x.
    signal value <== SelectSlot()(attributes, slot);
    signal below[7];
    signal atLeast[7];
    for (var i = 0; i < 7; i++) {
        below[i] <== LessThanBits(40)(value, thresholds[i]);
        atLeast[i] <== 1 - below[i];
        if (i > 0) {
            atLeast[i] * (1 - atLeast[i - 1]) === 0;
        }
    }

    // 3. Its label: the differences telescope. Everything stays in 0..7.
    signal rise[7];
    var label = labels[0];
    for (var i = 0; i < 7; i++) {
        rise[i] <== atLeast[i] * (labels[i + 1] - labels[i]);
        label += rise[i];
    }

    // 4. Unknown when the flag says so; group 0 when the partition is unused.
    signal flag <== SelectSlot()(attributes, missingSlot);
    signal flagged <== IsEqual()([flag, 1]);
    signal missing <== flagged * (1 - never);
    signal chosen <== label + missing * (unknownGroup - label);
    signal bits[3] <== Num2Bits(3)(used * chosen);

    // 5. One-hot from the three bits.
    signal both <== bits[0] * bits[1];
    var quarter[4] = [1 - bits[0] - bits[1] + both, bits[0] - both, bits[1] - both, both];
    for (var i = 0; i < 4; i++) {
        group[4 + i] <== quarter[i] * bits[2];
        group[i] <== quarter[i] - group[4 + i];
    }
}
