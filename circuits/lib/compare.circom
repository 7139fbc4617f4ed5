pragma circom 2.2.2;

include "bitify.circom";

// CONSTRAINS          out = [a < b].
// TAKES FOR GRANTED   a and b are in [0, 2^n), n <= 251: the CALLER range-checks both.
// HINTS               circomlib's Num2Bits: each bit is boolean and their sum is the decomposed value.
// VERIFIER OBLIGATIONS none.
// COST                n + 1
template LessThanBits(n) {
    assert(n <= 251);
    signal input a;
    signal input b;
    signal output out;

    // a - b + 2^n is in (0, 2^(n+1)) and has its top bit set iff a >= b.
    signal bits[n + 1] <== Num2Bits(n + 1)(a - b + (1 << n));
    for (var i = 0; i < n; i++) _ <== bits[i];
    out <== 1 - bits[n];
}
