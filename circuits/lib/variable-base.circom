pragma circom 2.2.2;

include "babyjub.circom";

// CONSTRAINS          (x, y) = (sum_i bits[i] 2^i) * base.
// TAKES FOR GRANTED   bits are boolean; base lies on Baby Jubjub: the CALLER sees to both.
// HINTS               circomlib's BabyAdd and BabyDbl: the Edwards law is complete on the curve, doubling included, so no
//                     divisor is zero and each coordinate is bound by one product. A ladder in Montgomery form would cost
//                     a third less, but has exceptional cases that a prover who chooses the scalar could aim at.
// VERIFIER OBLIGATIONS none.
// COST                14 a bit
template VariableBaseMul(n) {
    signal input bits[n];
    signal input baseX;
    signal input baseY;
    signal output x;
    signal output y;

    // Horner's rule from the top bit: double, then add the base or the identity.
    component twice[n];
    component add[n];
    signal termX[n];
    signal termY[n];
    for (var k = 0; k < n; k++) {
        var i = n - 1 - k;
        termX[k] <== bits[i] * baseX;
        termY[k] <== 1 + bits[i] * (baseY - 1);
        if (k > 0) {
            twice[k] = BabyDbl();
            twice[k].x <== add[k - 1].xout;
            twice[k].y <== add[k - 1].yout;
        }
        add[k] = BabyAdd();
        if (k > 0) {
            add[k].x1 <== twice[k].xout;
            add[k].y1 <== twice[k].yout;
        } else {
            add[k].x1 <== 0;
            add[k].y1 <== 1;
        }
        add[k].x2 <== termX[k];
        add[k].y2 <== termY[k];
    }
    x <== add[n - 1].xout;
    y <== add[n - 1].yout;
}
