// circom's operators on integers below r that have no counterpart in field arithmetic: comparisons, bits, shifts, division.
#pragma once

#include "field.hpp"

namespace assay {

// Whether circom takes a for less than b: a value above (r - 1) / 2 is negative.
bool circom_less(const Limbs& a, const Limbs& b);

// All of them give integers below r. Bitwise operators work on 254 bits. Shifts by a negative count go the other way, by 254
// and more they give zero. Quotient and remainder by zero are zero.
Limbs circom_and(const Limbs& a, const Limbs& b);
Limbs circom_or(const Limbs& a, const Limbs& b);
Limbs circom_exclusive_or(const Limbs& a, const Limbs& b);
Limbs circom_not(const Limbs& a);
Limbs circom_shift_left(const Limbs& a, const Limbs& count);
Limbs circom_shift_right(const Limbs& a, const Limbs& count);
Limbs circom_quotient(const Limbs& a, const Limbs& b);
Limbs circom_remainder(const Limbs& a, const Limbs& b);

// The lowest bits of a, 1 to 253 of them.
Limbs lowest_bits(const Limbs& a, unsigned count);

}  // namespace assay
