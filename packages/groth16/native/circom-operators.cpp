#include "circom-operators.hpp"

namespace assay {

namespace {

constexpr unsigned BITS = 254;
constexpr Limbs R_ORDER = FrModulus::value;

constexpr Limbs half_of(const Limbs& a) {
  Limbs half{};
  for (int i = 0; i < 4; i++) half[i] = (a[i] >> 1) | (i < 3 ? a[i + 1] << 63 : 0);
  return half;
}

constexpr Limbs HALF = half_of(R_ORDER);

bool is_zero(const Limbs& a) { return (a[0] | a[1] | a[2] | a[3]) == 0; }
bool is_negative(const Limbs& a) { return less_than(HALF, a); }

// 254 bits are below 2 * r.
Limbs within_field(Limbs a) {
  a[3] &= (std::uint64_t{1} << (BITS - 192)) - 1;
  return reduce_once(a, R_ORDER);
}

Limbs shifted_left(const Limbs& a, unsigned count) {
  Limbs out{};
  const unsigned words = count / 64, bits = count % 64;
  for (unsigned i = words; i < 4; i++) {
    out[i] = a[i - words] << bits;
    if (bits != 0 && i > words) out[i] |= a[i - words - 1] >> (64 - bits);
  }
  return within_field(out);
}

Limbs shifted_right(const Limbs& a, unsigned count) {
  Limbs out{};
  const unsigned words = count / 64, bits = count % 64;
  for (unsigned i = 0; i + words < 4; i++) {
    out[i] = a[i + words] >> bits;
    if (bits != 0 && i + words < 3) out[i] |= a[i + words + 1] << (64 - bits);
  }
  return out;
}

// The count when it is below 254, or 254.
unsigned small_count(const Limbs& count) {
  return (count[1] | count[2] | count[3]) == 0 && count[0] < BITS ? static_cast<unsigned>(count[0]) : BITS;
}

struct Division {
  Limbs quotient{}, remainder{};
};

// Bit by bit: circuits that are worth proving divide rarely.
Division divide(const Limbs& a, const Limbs& b) {
  Division out;
  if (is_zero(b)) return out;
  for (unsigned bit = BITS; bit-- > 0;) {
    // Below 2 * b, which is below 2^255.
    std::uint64_t carry = (a[bit / 64] >> (bit % 64)) & 1;
    for (auto& limb : out.remainder) {
      const std::uint64_t next = limb >> 63;
      limb = (limb << 1) | carry;
      carry = next;
    }
    if (less_than(out.remainder, b)) continue;
    std::uint64_t borrow = 0;
    for (int i = 0; i < 4; i++) out.remainder[i] = subtract_borrow(out.remainder[i], b[i], borrow);
    out.quotient[bit / 64] |= std::uint64_t{1} << (bit % 64);
  }
  return out;
}

}  // namespace

bool circom_less(const Limbs& a, const Limbs& b) {
  const bool negative = is_negative(a);
  return negative == is_negative(b) ? less_than(a, b) : negative;
}

Limbs circom_and(const Limbs& a, const Limbs& b) { return within_field({a[0] & b[0], a[1] & b[1], a[2] & b[2], a[3] & b[3]}); }
Limbs circom_or(const Limbs& a, const Limbs& b) { return within_field({a[0] | b[0], a[1] | b[1], a[2] | b[2], a[3] | b[3]}); }
Limbs circom_exclusive_or(const Limbs& a, const Limbs& b) {
  return within_field({a[0] ^ b[0], a[1] ^ b[1], a[2] ^ b[2], a[3] ^ b[3]});
}
Limbs circom_not(const Limbs& a) { return within_field({~a[0], ~a[1], ~a[2], ~a[3]}); }

Limbs circom_shift_left(const Limbs& a, const Limbs& count) {
  if (!is_negative(count)) return small_count(count) == BITS ? Limbs{} : shifted_left(a, small_count(count));
  const unsigned back = small_count(subtract_mod({}, count, R_ORDER));
  return back == BITS ? Limbs{} : shifted_right(a, back);
}

Limbs circom_shift_right(const Limbs& a, const Limbs& count) {
  return circom_shift_left(a, subtract_mod({}, count, R_ORDER));
}

Limbs circom_quotient(const Limbs& a, const Limbs& b) { return divide(a, b).quotient; }
Limbs circom_remainder(const Limbs& a, const Limbs& b) { return divide(a, b).remainder; }

Limbs lowest_bits(const Limbs& a, unsigned count) {
  Limbs out = a;
  for (unsigned i = 0; i < 4; i++) {
    if (count <= 64 * i) {
      out[i] = 0;
    } else if (count < 64 * (i + 1)) {
      out[i] &= (std::uint64_t{1} << (count % 64)) - 1;
    }
  }
  return out;
}

}  // namespace assay
