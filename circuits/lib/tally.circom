pragma circom 2.2.2;

include "babyjub.circom";
include "./edwards.circom";
include "./fixed-base.circom";
include "./generators.circom";

// What one closing adds to a slot's counts, docs/spec/statements.md, section 7.
//
// CONSTRAINS          (x, y) = sum_p (N[p][g_p] + approved K[p][g_p]) + blinding H, 0 <= blinding < 2^251;
//                     the identity (0, 1) when referred.
// TAKES FOR GRANTED   each groups[p] is one-hot; approved and referred are boolean.
// HINTS               circomlib's Num2Bits and BabyAdd.
// VERIFIER OBLIGATIONS none. Hiding needs a blinding that is used once (outside the circuit).
// COST                1,116
template Tally() {
    signal input groups[4][8];
    signal input approved;
    signal input referred;
    signal input blinding;
    signal output x;
    signal output y;

    // 1. The point of each partition: N or N + K, both constants of the group.
    var decided[4][8][2] = tallyDecided();
    var approval[4][8][2] = tallyApproved();
    signal point[4][2];
    for (var p = 0; p < 4; p++) {
        for (var c = 0; c < 2; c++) {
            var declinedSum = 0;
            var difference = 0;
            for (var g = 0; g < 8; g++) {
                var both[2] = edwardsAdd(
                    decided[p][g][0], decided[p][g][1], approval[p][g][0], approval[p][g][1]
                );
                declinedSum += groups[p][g] * decided[p][g][c];
                difference += groups[p][g] * (both[c] - decided[p][g][c]);
            }
            point[p][c] <== declinedSum + approved * difference;
        }
    }

    // 2. Their sum, and the blinding.
    component add[3];
    for (var p = 1; p < 4; p++) {
        add[p - 1] = BabyAdd();
        if (p == 1) {
            add[0].x1 <== point[0][0];
            add[0].y1 <== point[0][1];
        } else {
            add[p - 1].x1 <== add[p - 2].xout;
            add[p - 1].y1 <== add[p - 2].yout;
        }
        add[p - 1].x2 <== point[p][0];
        add[p - 1].y2 <== point[p][1];
    }
    var h[2] = tallyBlinding();
    component blind = FixedBaseMulAdd(251, h[0], h[1]);
    blind.scalar <== blinding;
    blind.startX <== add[2].xout;
    blind.startY <== add[2].yout;

    // 3. Nothing is tallied for a referred application.
    x <== (1 - referred) * blind.x;
    y <== 1 + (1 - referred) * (blind.y - 1);
}
