pragma circom 2.2.2;

include "montgomery.circom";

// Scalar multiplication on the Montgomery form of Baby Jubjub (v^2 = u^3 + 168698 u^2 + u), six products a bit: from the
// top bit, 2 acc +- base, computed as (acc +- base) + acc without the ordinate in between.
//
// CONSTRAINS          out = k base, k = 2^n + 1 + 2 sum_i bits[i] 2^i: starting from 2 base, each bit makes 2k +- 1 of k.
// TAKES FOR GRANTED   bits are boolean; base lies on the curve and its order is at least l: the CALLER sees to both.
// HINTS               sumSlope, chord: each is bound by one product with a difference that is not zero. Before step s,
//                     counted from 0, 2^s < k < 3 2^s. The first difference is zero when k = +-1, the second when
//                     2k +- 1 = 0, modulo the order of base: while 6 2^s <= l neither can be, whatever the bits. From
//                     step 249 on k may pass l, and inverses show that neither is zero; a scalar that meets such a case
//                     (about one in 2^248) has no witness. circomlib's MontgomeryDouble divides by the ordinate of base,
//                     which is not zero.
// VERIFIER OBLIGATIONS none.
// COST                6 a bit, 2 more a bit from the 250th on, and 4
template SignatureLadder(n) {
    var A = 168698;
    var SAFE_STEPS = 249;
    assert(n > SAFE_STEPS);

    signal input bits[n];
    signal input base[2];
    signal output out[2];

    signal acc[n + 1][2];
    signal signedOrdinate[n];
    signal sumSlope[n];
    signal sumAbscissa[n];
    signal chord[n];
    signal inverse[n - SAFE_STEPS][2];

    acc[0] <== MontgomeryDouble()(base);
    for (var s = 0; s < n; s++) {
        // 1. The abscissa of acc +- base.
        signedOrdinate[s] <== (2 * bits[n - 1 - s] - 1) * base[1];
        sumSlope[s] <-- (acc[s][1] - signedOrdinate[s]) / (acc[s][0] - base[0]);
        sumSlope[s] * (acc[s][0] - base[0]) === acc[s][1] - signedOrdinate[s];
        sumAbscissa[s] <== sumSlope[s] * sumSlope[s] - A - acc[s][0] - base[0];

        // 2. That plus acc: the slope through both points, in which the ordinate of acc +- base cancels out.
        chord[s] <-- 2 * acc[s][1] / (acc[s][0] - sumAbscissa[s]) - sumSlope[s];
        (chord[s] + sumSlope[s]) * (acc[s][0] - sumAbscissa[s]) === 2 * acc[s][1];
        acc[s + 1][0] <== chord[s] * chord[s] - A - acc[s][0] - sumAbscissa[s];
        acc[s + 1][1] <== chord[s] * (acc[s][0] - acc[s + 1][0]) - acc[s][1];

        // 3. Where k may have passed l.
        if (s >= SAFE_STEPS) {
            inverse[s - SAFE_STEPS][0] <-- 1 / (acc[s][0] - base[0]);
            inverse[s - SAFE_STEPS][0] * (acc[s][0] - base[0]) === 1;
            inverse[s - SAFE_STEPS][1] <-- 1 / (acc[s][0] - sumAbscissa[s]);
            inverse[s - SAFE_STEPS][1] * (acc[s][0] - sumAbscissa[s]) === 1;
        }
    }
    out <== acc[n];
}
