// Inversion of integers of four 64-bit limbs modulo an odd 254-bit number.
#pragma once

#include "montgomery.hpp"

namespace assay {

// An integer of five limbs in two's complement.
struct SignedLimbs {
  std::uint64_t limbs[5];
  bool negative() const { return static_cast<std::int64_t>(limbs[4]) < 0; }
};

// x * f + y * g; f and g are at most 2^31 in size, together too.
inline SignedLimbs linear_combination(const Limbs& x, std::int64_t f, const Limbs& y, std::int64_t g) {
  SignedLimbs sum;
  __int128 carry = 0;
  for (int i = 0; i < 4; i++) {
    // Each product is below 2^95 in size, split so that nothing overflows.
    const __int128 left = static_cast<__int128>(f) * static_cast<__int128>(x[i]);
    const __int128 right = static_cast<__int128>(g) * static_cast<__int128>(y[i]);
    carry += left;
    carry += right;
    sum.limbs[i] = static_cast<std::uint64_t>(carry);
    carry >>= 64;
  }
  sum.limbs[4] = static_cast<std::uint64_t>(carry);
  return sum;
}

inline void shift_right_31(SignedLimbs& a) {
  for (int i = 0; i < 4; i++) a.limbs[i] = (a.limbs[i] >> 31) | (a.limbs[i + 1] << 33);
  a.limbs[4] = static_cast<std::uint64_t>(static_cast<std::int64_t>(a.limbs[4]) >> 31);
}

inline void negate(SignedLimbs& a) {
  std::uint64_t borrow = 0;
  for (auto& limb : a.limbs) limb = subtract_borrow(0, limb, borrow);
}

// 1 / value modulo the modulus, zero for zero: the binary algorithm with delayed updates (Pornin, eprint 2020/972,
// section 2): 31 steps on approximations of 64 bits, then one update of the whole numbers.
template <class Modulus>
inline Limbs invert_mod(const Limbs& value) {
  constexpr Limbs m = Modulus::value;
  constexpr std::uint64_t inverse = negated_inverse_64(m[0]);
  constexpr std::uint64_t LOW_31 = (std::uint64_t{1} << 31) - 1;
  Limbs a = value, b = m, u{1, 0, 0, 0}, v{};
  // 2 * 254 - 1 steps are enough for numbers of 254 bits.
  for (int round = 0; round < 17; round++) {
    if ((a[0] | a[1] | a[2] | a[3]) == 0) break;
    // The 33 highest bits of the longer one, the same bits of the other, and 31 lowest bits of each.
    int top = 3;
    while (top > 0 && (a[top] | b[top]) == 0) top--;
    std::uint64_t near_a = a[0], near_b = b[0];
    if (top > 0) {
      const int shift = __builtin_clzll(a[top] | b[top]);
      const auto head = [&](const Limbs& x) {
        return shift == 0 ? x[top] : (x[top] << shift) | (x[top - 1] >> (64 - shift));
      };
      near_a = (head(a) & ~LOW_31) | (a[0] & LOW_31);
      near_b = (head(b) & ~LOW_31) | (b[0] & LOW_31);
    }
    std::int64_t f0 = 1, g0 = 0, f1 = 0, g1 = 1;
    for (int step = 0; step < 31; step++) {
      const bool odd = near_a & 1;
      const bool swap = odd && near_a < near_b;
      const std::uint64_t swap_mask = -static_cast<std::uint64_t>(swap);
      const std::uint64_t near_x = (near_a ^ near_b) & swap_mask;
      near_a ^= near_x;
      near_b ^= near_x;
      const std::int64_t f_x = (f0 ^ f1) & static_cast<std::int64_t>(swap_mask);
      f0 ^= f_x;
      f1 ^= f_x;
      const std::int64_t g_x = (g0 ^ g1) & static_cast<std::int64_t>(swap_mask);
      g0 ^= g_x;
      g1 ^= g_x;
      const std::uint64_t odd_mask = -static_cast<std::uint64_t>(odd);
      near_a -= near_b & odd_mask;
      f0 -= f1 & static_cast<std::int64_t>(odd_mask);
      g0 -= g1 & static_cast<std::int64_t>(odd_mask);
      near_a >>= 1;
      f1 *= 2;
      g1 *= 2;
    }
    SignedLimbs next_a = linear_combination(a, f0, b, g0);
    SignedLimbs next_b = linear_combination(a, f1, b, g1);
    shift_right_31(next_a);
    shift_right_31(next_b);
    if (next_a.negative()) {
      negate(next_a);
      f0 = -f0;
      g0 = -g0;
    }
    if (next_b.negative()) {
      negate(next_b);
      f1 = -f1;
      g1 = -g1;
    }
    const auto divided = [&](std::int64_t f, std::int64_t g) -> Limbs {
      SignedLimbs sum = linear_combination(u, f, v, g);
      const std::uint64_t k = (sum.limbs[0] * inverse) & LOW_31;
      u128 carry = 0;
      for (int i = 0; i < 4; i++) {
        carry += u128{k} * m[i] + sum.limbs[i];
        sum.limbs[i] = static_cast<std::uint64_t>(carry);
        carry >>= 64;
      }
      sum.limbs[4] += static_cast<std::uint64_t>(carry);
      shift_right_31(sum);
      // Now above -modulus and below twice the modulus.
      Limbs result{sum.limbs[0], sum.limbs[1], sum.limbs[2], sum.limbs[3]};
      if (sum.negative()) {
        std::uint64_t c = 0;
        for (int i = 0; i < 4; i++) result[i] = add_carry(result[i], m[i], c);
        return result;
      }
      return reduce_once(result, m);
    };
    const Limbs next_u = divided(f0, g0);
    v = divided(f1, g1);
    u = next_u;
    for (int i = 0; i < 4; i++) {
      a[i] = next_a.limbs[i];
      b[i] = next_b.limbs[i];
    }
  }
  return (a[0] | a[1] | a[2] | a[3]) == 0 && b == Limbs{1, 0, 0, 0} ? v : Limbs{};
}

}  // namespace assay
