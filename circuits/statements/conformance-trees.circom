pragma circom 2.2.2;

include "../lib/absolute-value.circom";
include "../lib/bits.circom";
include "../lib/tree-hashes.circom";

// Conformance of a tree model of any shape: its parameters keep their ranges, its band covers what a float evaluation may
// lose, and it reads no prohibited slot. docs/spec/statements.md, sections 6 and 9.
//
// CONSTRAINS          every public signal equals what the witness gives; |bias|, |cutoff| < 2^80; gammaNum < 2^40 and at least
//                     ceil(2^40 gamma_n), n = trees + 2; 0 <= extra < 2^120; b0 = gammaNum |bias| + extra; no slot is in both
//                     readMask and prohibitedMask, each of 32 bits. Witness inputs:
//                     forest               the hash of the trees, whatever they are: a decision shows those that it visits,
//                                          and reads zero for every slot outside readMask
//                     bias, cutoff         negatives as r - |v|
//                     gammaNum, extra, readMask, modelSalt
// TAKES FOR GRANTED   nothing.
// HINTS               see the gadgets: AbsoluteValue, Num2Bits.
// VERIFIER OBLIGATIONS public signals are canonical and exactly four; prohibitedMask holds what schema and policy prohibit;
//                     schemaId is registered. family is 2 (32 trees of depth 4) or 3 (100 of depth 6): the circuit admits no
//                     other.
// COST                see circuits/constraints.json
template ConformanceTrees() {
    signal input modelCommitment;
    signal input schemaId;
    signal input prohibitedMask;
    signal input family;

    signal input forest;
    signal input bias;
    signal input cutoff;
    signal input gammaNum;
    signal input extra;
    signal input readMask;
    signal input modelSalt;

    // 1. The family, and the least gammaNum of its number of trees: ceil(2^40 n / (2^24 - n)), n = 34 or 102.
    var GAMMA_MIN_32 = 2228229;
    var GAMMA_MIN_100 = 6684713;
    (family - 2) * (family - 3) === 0;
    signal gammaMin <== GAMMA_MIN_32 + (family - 2) * (GAMMA_MIN_100 - GAMMA_MIN_32);

    // 2. Ranges, and the constant part of the band.
    signal biasMagnitude <== AbsoluteValue(80)(bias);
    _ <== AbsoluteValue(80)(cutoff);
    RangeCheck(40)(gammaNum);
    RangeCheck(40)(gammaNum - gammaMin);
    RangeCheck(120)(extra);
    signal b0 <== gammaNum * biasMagnitude + extra; // < 2^121

    // 3. What it may read.
    signal read[32] <== Num2Bits(32)(readMask);
    signal prohibited[32] <== Num2Bits(32)(prohibitedMask);
    for (var j = 0; j < 32; j++) read[j] * prohibited[j] === 0;

    // 4. The commitment.
    signal computedModelCommitment <== TreeModelCommitment()(
        family, schemaId, forest, bias, cutoff, gammaNum, b0, readMask, modelSalt
    );
    modelCommitment === computedModelCommitment;
}

component main {public [modelCommitment, schemaId, prohibitedMask, family]} = ConformanceTrees();
