pragma circom 2.2.2;

include "bitify.circom";
include "poseidon.circom";
include "./bits.circom";
include "./tags.circom";

// Opening of fairnessPolicyHash, docs/spec/statements.md, section 8.
//
// CONSTRAINS          out = P(tag, partitionsHash, keyX, keyY, rules); the outputs are the fields of rules, which has exactly
//                     189 bits; 1 <= num <= den, 1 <= zDen, 1 <= nMin. Every field is below two to its width: 16 for num, den,
//                     zNum and zDen, 24 for nMin and minCell, 3 for a reference, 1 for a flag and for each tested group.
// TAKES FOR GRANTED   nothing.
// HINTS               circomlib's Num2Bits: each bit is boolean and their sum is the word.
// VERIFIER OBLIGATIONS fairnessPolicyHash is the registered one; the registry has recomputed it from a document.
// COST                579
template FairnessPolicy() {
    signal input partitionsHash;
    signal input keyX;
    signal input keyY;
    signal input rules;
    signal output num;
    signal output den;
    signal output zNum;
    signal output zDen;
    signal output needSignificance;
    signal output nMin;
    signal output minCell;
    signal output used[4];
    signal output fixedReference[4];
    signal output reference[4];
    signal output tested[4][8];
    signal output out;

    out <== Poseidon(5)([TAG_FAIRNESS_POLICY(), partitionsHash, keyX, keyY, rules]);

    // 1. The fields, lowest first. 24 bits from 89 on are tMin, which only the verifier needs.
    signal bits[189] <== Num2Bits(189)(rules);
    var word[6] = [0, 0, 0, 0, 0, 0];
    var at[6] = [0, 16, 32, 48, 65, 113];
    var width[6] = [16, 16, 16, 16, 24, 24];
    for (var k = 0; k < 6; k++) {
        for (var i = 0; i < width[k]; i++) word[k] += bits[at[k] + i] * (1 << i);
    }
    num <== word[0];
    den <== word[1];
    zNum <== word[2];
    zDen <== word[3];
    needSignificance <== bits[64];
    nMin <== word[4];
    minCell <== word[5];
    for (var p = 0; p < 4; p++) {
        var from = 137 + 13 * p;
        used[p] <== bits[from];
        fixedReference[p] <== bits[from + 1];
        reference[p] <== bits[from + 2] + 2 * bits[from + 3] + 4 * bits[from + 4];
        for (var g = 0; g < 8; g++) tested[p][g] <== bits[from + 5 + g];
    }

    // 2. What the comparisons of verdicts rest on.
    RangeCheck(16)(num - 1);
    RangeCheck(16)(den - num);
    RangeCheck(16)(zDen - 1);
    RangeCheck(24)(nMin - 1);
}
