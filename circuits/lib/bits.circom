pragma circom 2.2.2;

include "bitify.circom";

// CONSTRAINS          0 <= in < 2^n, n <= 252, so that the decomposition is unique below r.
// TAKES FOR GRANTED   nothing.
// HINTS               circomlib's Num2Bits: each bit is boolean and their sum is in.
// VERIFIER OBLIGATIONS none.
// COST                n
template RangeCheck(n) {
    assert(n <= 252);
    signal input in;
    _ <== Num2Bits(n)(in);
}
