pragma circom 2.2.2;

include "comparators.circom";
include "../lib/count-commitment.circom";
include "../lib/fairness-policy.circom";
include "../lib/table-encryption.circom";
include "../lib/verdict.circom";

// Fairness: the opening of a window's tally, the verdicts that follow from it, and the table for the regulator.
// docs/spec/statements.md, sections 7 to 9. The cost does not depend on the number of closings.
//
// CONSTRAINS          every public signal equals what the witness gives. Witness inputs:
//                     sizes[4][8], approvals[4][8], blinding    the tally's opening
//                     keyX, keyY, rules    the fairness policy
//                     h[4]                 the reference group of each partition
//                     e                    scalar of the ephemeral point
// TAKES FOR GRANTED   see the gadgets.
// HINTS               see the gadgets; circomlib's IsZero: inv.
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
    signal input keyX;
    signal input keyY;
    signal input rules;
    signal input h[4];
    signal input e;

    // 1. The tally opens to these counts.
    signal (x, y) <== CountCommitment()(sizes, approvals, blinding, total);
    tallyX === x;
    tallyY === y;

    // 2. The policy opens to these rules.
    component policy = FairnessPolicy();
    policy.partitionsHash <== partitionsHash;
    policy.keyX <== keyX;
    policy.keyY <== keyY;
    policy.rules <== rules;
    fairnessPolicyHash === policy.out;

    // 3. The verdicts.
    signal empty[4][8];
    signal computedVerdict[4];
    for (var p = 0; p < 4; p++) {
        for (var g = 0; g < 8; g++) empty[p][g] <== IsZero()(sizes[p][g]);
        computedVerdict[p] <== Verdict()(
            sizes[p], approvals[p], empty[p], policy.num, policy.den, policy.zNum, policy.zDen, policy.needSignificance,
            policy.nMin, policy.used[p], policy.fixedReference[p], policy.reference[p], policy.tested[p], h[p]
        );
        verdict[p] === computedVerdict[p];
    }

    // 4. The regulator's table.
    signal computedTableHash <== TableEncryption()(
        sizes, approvals, empty, policy.minCell, keyX, keyY, tallyX, tallyY, e
    );
    tableCiphertextHash === computedTableHash;
}

component main {public [
    tallyX, tallyY, total, partitionsHash, fairnessPolicyHash, verdict, tableCiphertextHash
]} = Fairness();
