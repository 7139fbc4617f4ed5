pragma circom 2.2.2;

include "./bits.circom";
include "./fixed-base.circom";
include "./generators.circom";

// Opening of a window's tally, docs/spec/statements.md, section 8.
//
// CONSTRAINS          (x, y) = sum_{p,g} (sizes[p][g] N[p][g] + approvals[p][g] K[p][g]) + blinding H;
//                     0 <= approvals[p][g] <= sizes[p][g] < 2^24; 0 <= blinding < 2^251;
//                     the sizes of each partition sum to total.
// TAKES FOR GRANTED   nothing.
// HINTS               see FixedBaseMulAdd.
// VERIFIER OBLIGATIONS none.
// COST                8,520
template CountCommitment() {
    signal input sizes[4][8];
    signal input approvals[4][8];
    signal input blinding;
    signal input total;
    signal output x;
    signal output y;

    var decided[4][8][2] = tallyDecided();
    var approved[4][8][2] = tallyApproved();
    var h[2] = tallyBlinding();
    component size[4][8];
    component approval[4][8];
    component blind = FixedBaseMulAdd(251, h[0], h[1]);
    blind.scalar <== blinding;
    blind.startX <== 0;
    blind.startY <== 1;

    signal sumX[65];
    signal sumY[65];
    sumX[0] <== blind.x;
    sumY[0] <== blind.y;
    for (var p = 0; p < 4; p++) {
        var inPartition = 0;
        for (var g = 0; g < 8; g++) {
            // 1. Each count times its base; the multiplication range-checks the count to 24 bits.
            var at = 16 * p + 2 * g;
            size[p][g] = FixedBaseMulAdd(24, decided[p][g][0], decided[p][g][1]);
            size[p][g].scalar <== sizes[p][g];
            size[p][g].startX <== sumX[at];
            size[p][g].startY <== sumY[at];
            sumX[at + 1] <== size[p][g].x;
            sumY[at + 1] <== size[p][g].y;
            approval[p][g] = FixedBaseMulAdd(24, approved[p][g][0], approved[p][g][1]);
            approval[p][g].scalar <== approvals[p][g];
            approval[p][g].startX <== sumX[at + 1];
            approval[p][g].startY <== sumY[at + 1];
            sumX[at + 2] <== approval[p][g].x;
            sumY[at + 2] <== approval[p][g].y;

            // 2. Nobody is approved who is not counted.
            RangeCheck(24)(sizes[p][g] - approvals[p][g]);
            inPartition += sizes[p][g];
        }
        // 3. Everybody is counted once in each partition: 8 counts of 24 bits do not wrap.
        inPartition === total;
    }
    x <== sumX[64];
    y <== sumY[64];
}
