pragma circom 2.2.2;

include "./bits.circom";

// CONSTRAINS          validFrom <= asOf <= validUntil, as integers: both differences have 20 bits, so neither limit is
//                     further than 2^20 days from asOf, and nothing wraps around the field.
// TAKES FOR GRANTED   asOf is in [0, 2^20): the CALLER range-checks it.
// HINTS               circomlib's Num2Bits.
// VERIFIER OBLIGATIONS none.
// COST                40
template InForce() {
    signal input asOf;
    signal input validFrom;
    signal input validUntil;

    RangeCheck(20)(asOf - validFrom);
    RangeCheck(20)(validUntil - asOf);
}
