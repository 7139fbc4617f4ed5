pragma circom 2.2.2;

include "bitify.circom";
include "../lib/bits.circom";
include "../lib/chain.circom";
include "../lib/count-commitment.circom";
include "../lib/table-encryption.circom";
include "../lib/tags.circom";
include "../lib/verdict.circom";

// Fairness: the opening of a window's tally, the verdicts that follow from it, and the table for the regulator.
// docs/spec/statements.md, sections 7 to 9. The cost does not depend on the number of closings.
//
// CONSTRAINS          every public signal equals what the witness gives. Witness inputs:
//                     sizes[4][8], approvals[4][8], blinding    the tally's opening
//                     num, den, zNum, zDen, needSignificance, nMin, tMin, minCell, keyX, keyY    the fairness policy
//                     used[4], fixedReference[4], reference[4], testedMask[4]                    its rules by partition
//                     h[4]                 the reference group of each partition
//                     e                    scalar of the ephemeral point
// TAKES FOR GRANTED   see the gadgets.
// HINTS               see the gadgets.
// VERIFIER OBLIGATIONS public signals are canonical and exactly ten; tally and total are those of the window's closings; partitionsHash and
//                     fairnessPolicyHash are the ones its intakes are pinned to; the policy's key is a point of the subgroup and not
//                     the identity; a fixed reference is among the tested groups.
// COST                see circuits/constraints.json
template Fairness() {
    signal input tallyX;
    signal input tallyY;
    signal input total;
    signal input partitionsHash;
    signal input fairnessPolicyHash;
    signal input verdict[4];
    signal input tableCiphertextHash;

    signal input sizes[4][8];
    signal input approvals[4][8];
    signal input blinding;
    signal input num;
    signal input den;
    signal input zNum;
    signal input zDen;
    signal input needSignificance;
    signal input nMin;
    signal input tMin;
    signal input minCell;
    signal input keyX;
    signal input keyY;
    signal input used[4];
    signal input fixedReference[4];
    signal input reference[4];
    signal input testedMask[4];
    signal input h[4];
    signal input e;

    // 1. The tally opens to these counts.
    signal (x, y) <== CountCommitment()(sizes, approvals, blinding, total);
    tallyX === x;
    tallyY === y;

    // 2. The policy: its hash, and the ranges that the verdicts' comparisons need.
    component policy = Chain(TAG_FAIRNESS_POLICY(), 27);
    var head[11] = [partitionsHash, num, den, zNum, zDen, needSignificance, nMin, tMin, minCell, keyX, keyY];
    for (var i = 0; i < 11; i++) policy.in[i] <== head[i];
    for (var p = 0; p < 4; p++) {
        policy.in[11 + 4 * p] <== used[p];
        policy.in[12 + 4 * p] <== fixedReference[p];
        policy.in[13 + 4 * p] <== reference[p];
        policy.in[14 + 4 * p] <== testedMask[p];
    }
    fairnessPolicyHash === policy.out;
    RangeCheck(16)(den);
    RangeCheck(16)(num - 1);
    RangeCheck(16)(den - num);
    RangeCheck(16)(zNum);
    RangeCheck(16)(zDen);
    RangeCheck(16)(zDen - 1);
    RangeCheck(24)(nMin);
    RangeCheck(24)(nMin - 1);
    RangeCheck(24)(minCell);
    needSignificance * (needSignificance - 1) === 0;

    // 3. The verdicts.
    signal tested[4][8];
    signal computedVerdict[4];
    for (var p = 0; p < 4; p++) {
        used[p] * (used[p] - 1) === 0;
        fixedReference[p] * (fixedReference[p] - 1) === 0;
        tested[p] <== Num2Bits(8)(testedMask[p]);
        computedVerdict[p] <== Verdict()(
            sizes[p], approvals[p], num, den, zNum, zDen, needSignificance, nMin, used[p], fixedReference[p], reference[p],
            tested[p], h[p]
        );
        verdict[p] === computedVerdict[p];
    }

    // 4. The regulator's table.
    signal computedTableHash <== TableEncryption()(sizes, approvals, minCell, keyX, keyY, tallyX, tallyY, e);
    tableCiphertextHash === computedTableHash;
}

component main {public [
    tallyX, tallyY, total, partitionsHash, fairnessPolicyHash, verdict, tableCiphertextHash
]} = Fairness();
