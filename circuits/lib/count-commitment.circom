pragma circom 2.2.2;

include "./bits.circom";
include "./edwards.circom";
include "./fixed-base.circom";
include "./generators.circom";

// Opening of a window's tally, docs/spec/statements.md, section 8.
//
// CONSTRAINS          (x, y) = sum_{p,g} (sizes[p][g] N[p][g] + approvals[p][g] K[p][g]) + blinding H;
//                     0 <= approvals[p][g] <= sizes[p][g]; 0 <= blinding < 2^251;
//                     the sizes of each partition sum to total < 2^24, so that each size is below 2^24 too.
// TAKES FOR GRANTED   nothing.
// HINTS               see FixedBaseMulAdd.
// VERIFIER OBLIGATIONS none.
// COST                7,762
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
    component other[4][8];
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
            // 1. size N + approvals K = (size - approvals) N + approvals (N + K), and the multiplications range-check both
            //    numbers to 24 bits: nobody is approved who is not counted.
            var at = 16 * p + 2 * g;
            var both[2] = edwardsAdd(
                decided[p][g][0], decided[p][g][1], approved[p][g][0], approved[p][g][1]
            );
            other[p][g] = FixedBaseMulAdd(24, decided[p][g][0], decided[p][g][1]);
            other[p][g].scalar <== sizes[p][g] - approvals[p][g];
            other[p][g].startX <== sumX[at];
            other[p][g].startY <== sumY[at];
            sumX[at + 1] <== other[p][g].x;
            sumY[at + 1] <== other[p][g].y;
            approval[p][g] = FixedBaseMulAdd(24, both[0], both[1]);
            approval[p][g].scalar <== approvals[p][g];
            approval[p][g].startX <== sumX[at + 1];
            approval[p][g].startY <== sumY[at + 1];
            sumX[at + 2] <== approval[p][g].x;
            sumY[at + 2] <== approval[p][g].y;
            inPartition += sizes[p][g];
        }
        // 2. Everybody is counted once in each partition: 16 numbers of 24 bits do not wrap.
        inPartition === total;
    }
    RangeCheck(24)(total);
    x <== sumX[64];
    y <== sumY[64];
}
