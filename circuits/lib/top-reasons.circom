pragma circom 2.2.2;

include "./bits.circom";
include "./select.circom";

// The reasons of a decline are the attributes that cost most. docs/spec/statements.md, section 10.
//
// CONSTRAINS          reasons[i] is 1 + the slot of the (i+1)-th largest of the positive costs, the lower slot first where two
//                     are equal, and 0 where fewer are positive. Slots are compared by key_j = 32 cost_j + 31 - j: no two are
//                     equal, and a cost is positive iff its key is above 31, which is the key of no reason.
// TAKES FOR GRANTED   |costs[j]| < 2^n, n <= 240, so that |key_j| < 2^(n + 5), and their differences < 2^(n + 6).
// HINTS               see OneHot; circomlib's Num2Bits.
// VERIFIER OBLIGATIONS none.
// COST                36 (n + 6) + 292
template TopReasons(n) {
    assert(n <= 240);
    signal input costs[32];
    signal input reasons[4];

    var keys[32];
    for (var j = 0; j < 32; j++) keys[j] = 32 * costs[j] + 31 - j;

    // 1. The key of each reason, 31 for none.
    component hot[4];
    signal named[4][32];
    signal key[5];
    var taken[32];
    for (var i = 0; i < 4; i++) {
        hot[i] = OneHot(33);
        hot[i].index <== reasons[i];
        var sum = 31 * hot[i].out[0];
        for (var j = 0; j < 32; j++) {
            named[i][j] <== hot[i].out[1 + j] * keys[j];
            sum += named[i][j];
            taken[j] += hot[i].out[1 + j];
        }
        key[i] <== sum;
    }
    key[4] <== 31;

    // 2. Keys never grow, and fall behind each reason; so no slot is named twice, none whose cost is not positive, and
    //    no reason follows where there was none.
    component falling[4];
    for (var i = 0; i < 4; i++) {
        falling[i] = RangeCheck(n + 6);
        falling[i].in <== key[i] - key[i + 1] - (1 - hot[i].out[0]);
    }

    // 3. No slot that is not named has a larger key than the last reason, or a positive cost where there are fewer.
    signal margin[32];
    component smaller[32];
    for (var j = 0; j < 32; j++) {
        margin[j] <== (1 - taken[j]) * (key[3] - keys[j]);
        smaller[j] = RangeCheck(n + 6);
        smaller[j].in <== margin[j];
    }
}
