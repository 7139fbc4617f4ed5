pragma circom 2.2.2;

include "babyjub.circom";
include "./double-point.circom";

// CONSTRAINS          (x, y) = (sum_i bits[i] 2^i) * base.
// TAKES FOR GRANTED   bits are boolean; base lies on Baby Jubjub: the CALLER sees to both.
// HINTS               circomlib's BabyAdd, and DoublePoint: the Edwards law is complete on the curve, so no divisor is zero and
//                     each coordinate is bound by one product. A ladder in Montgomery form would cost less, but has
//                     exceptional cases that a prover who chooses the scalar could aim at.
// VERIFIER OBLIGATIONS none.
// COST                22 for each 2 bits (6 products to look up a multiple, 6 to add it, 10 to double twice): 2,763 for n = 251
template VariableBaseMul(n) {
    signal input bits[n];
    signal input baseX;
    signal input baseY;
    signal output x;
    signal output y;

    // 1. The multiples that two bits can ask for. The identity is (0, 1).
    signal twice[2];
    (twice[0], twice[1]) <== DoublePoint()(baseX, baseY);
    component three = BabyAdd();
    three.x1 <== twice[0];
    three.y1 <== twice[1];
    three.x2 <== baseX;
    three.y2 <== baseY;
    signal multiple[4][2];
    multiple[0] <== [0, 1];
    multiple[1] <== [baseX, baseY];
    multiple[2] <== twice;
    multiple[3] <== [three.xout, three.yout];

    // 2. Horner's rule from the top two bits: double twice, then add the multiple that the next two bits name.
    var windows = (n + 1) \ 2;
    signal even[windows][2];
    signal odd[windows][2];
    signal term[windows][2];
    signal sum[windows][2];
    component double[windows][2];
    component add[windows];
    for (var w = 0; w < windows; w++) {
        var low = 2 * (windows - 1 - w);
        for (var c = 0; c < 2; c++) {
            if (low + 1 < n) {
                even[w][c] <== multiple[0][c] + bits[low + 1] * (multiple[2][c] - multiple[0][c]);
                odd[w][c] <== multiple[1][c] + bits[low + 1] * (multiple[3][c] - multiple[1][c]);
            } else {
                even[w][c] <== multiple[0][c];
                odd[w][c] <== multiple[1][c];
            }
            term[w][c] <== even[w][c] + bits[low] * (odd[w][c] - even[w][c]);
        }
        if (w == 0) {
            sum[w] <== term[w];
        } else {
            double[w][0] = DoublePoint();
            double[w][0].x <== sum[w - 1][0];
            double[w][0].y <== sum[w - 1][1];
            double[w][1] = DoublePoint();
            double[w][1].x <== double[w][0].xout;
            double[w][1].y <== double[w][0].yout;
            add[w] = BabyAdd();
            add[w].x1 <== double[w][1].xout;
            add[w].y1 <== double[w][1].yout;
            add[w].x2 <== term[w][0];
            add[w].y2 <== term[w][1];
            sum[w] <== [add[w].xout, add[w].yout];
        }
    }
    x <== sum[windows - 1][0];
    y <== sum[windows - 1][1];
}
