pragma circom 2.2.2;

include "bitify.circom";

// CONSTRAINS          each reason is in [0, 32] (0 none, else 1 + slot), and 0 unless declined.
// TAKES FOR GRANTED   declined is boolean.
// HINTS               circomlib's Num2Bits.
// VERIFIER OBLIGATIONS none: which slots are named is the bank's claim to the applicant, not proved.
// COST                32
template Reasons() {
    signal input reasons[4];
    signal input declined;

    signal bits[4][6];
    for (var i = 0; i < 4; i++) {
        bits[i] <== Num2Bits(6)(reasons[i]);
        // 32 is the largest: its bit excludes all others.
        bits[i][5] * (bits[i][0] + bits[i][1] + bits[i][2] + bits[i][3] + bits[i][4]) === 0;
        reasons[i] * (1 - declined) === 0;
    }
}
