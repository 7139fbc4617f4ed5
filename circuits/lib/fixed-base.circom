pragma circom 2.2.2;

include "babyjub.circom";
include "bitify.circom";
include "./edwards.circom";

// CONSTRAINS          (x, y) = start + scalar * base, and 0 <= scalar < 2^n, n <= 252.
// TAKES FOR GRANTED   start lies on Baby Jubjub, and so does the constant base.
// HINTS               circomlib's Num2Bits and BabyAdd: the Edwards law is complete, so no divisor is zero on the curve,
//                     and each coordinate is bound by one product.
// VERIFIER OBLIGATIONS none.
// COST                13 for each 3 bits (3 bits, 4 products to look up a multiple, 6 to add it): 1,088 for n = 251
template FixedBaseMulAdd(n, baseX, baseY) {
    assert(n <= 252);
    signal input scalar;
    signal input startX;
    signal input startY;
    signal output x;
    signal output y;

    var windows = (n + 2) \ 3;
    signal bits[n] <== Num2Bits(n)(scalar);
    signal bit[3 * windows];
    for (var i = 0; i < 3 * windows; i++) {
        if (i < n) {
            bit[i] <== bits[i];
        } else {
            bit[i] <== 0;
        }
    }

    signal product01[windows];
    signal product02[windows];
    signal product12[windows];
    signal product012[windows];
    component add[windows];
    var power[2] = [baseX, baseY]; // 8^w * base
    for (var w = 0; w < windows; w++) {
        product01[w] <== bit[3 * w] * bit[3 * w + 1];
        product02[w] <== bit[3 * w] * bit[3 * w + 2];
        product12[w] <== bit[3 * w + 1] * bit[3 * w + 2];
        product012[w] <== product01[w] * bit[3 * w + 2];

        // multiple[d] = d * 8^w * base; each coordinate is the multilinear polynomial in the bits that takes these values.
        var multiple[9][2];
        multiple[0] = [0, 1];
        for (var d = 1; d < 9; d++) {
            multiple[d] = edwardsAdd(multiple[d - 1][0], multiple[d - 1][1], power[0], power[1]);
        }
        var term[2];
        for (var c = 0; c < 2; c++) {
            var v[8];
            for (var d = 0; d < 8; d++) v[d] = multiple[d][c];
            term[c] = v[0]
                + (v[1] - v[0]) * bit[3 * w] + (v[2] - v[0]) * bit[3 * w + 1] + (v[4] - v[0]) * bit[3 * w + 2]
                + (v[3] - v[2] - v[1] + v[0]) * product01[w]
                + (v[5] - v[4] - v[1] + v[0]) * product02[w]
                + (v[6] - v[4] - v[2] + v[0]) * product12[w]
                + (v[7] - v[6] - v[5] - v[3] + v[4] + v[2] + v[1] - v[0]) * product012[w];
        }

        add[w] = BabyAdd();
        if (w == 0) {
            add[w].x1 <== startX;
            add[w].y1 <== startY;
        } else {
            add[w].x1 <== add[w - 1].xout;
            add[w].y1 <== add[w - 1].yout;
        }
        add[w].x2 <== term[0];
        add[w].y2 <== term[1];
        power = multiple[8];
    }
    x <== add[windows - 1].xout;
    y <== add[windows - 1].yout;
}
