pragma circom 2.2.2;

include "./bits.circom";

// CONSTRAINS          magnitude = |value| < 2^n, value a signed integer (negatives as r - |v|), n <= 252.
// TAKES FOR GRANTED   nothing.
// HINTS               magnitude: it is value or its negative, and below 2^n, which only one of the two can be (0 is both).
// VERIFIER OBLIGATIONS none.
// COST                n + 1
template AbsoluteValue(n) {
    assert(n <= 252);
    signal input value;
    signal output magnitude;

    // circom compares as signed integers.
    magnitude <-- value < 0 ? -value : value;
    (magnitude - value) * (magnitude + value) === 0;
    RangeCheck(n)(magnitude);
}
