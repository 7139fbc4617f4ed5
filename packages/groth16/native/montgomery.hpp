// Integers of four 64-bit limbs modulo an odd 254-bit number: addition, Montgomery multiplication, inversion.
#pragma once

#include <array>
#include <cstdint>
#include <type_traits>
#include <utility>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace assay {

using Limbs = std::array<std::uint64_t, 4>;
using u128 = unsigned __int128;

constexpr bool less_than(const Limbs& a, const Limbs& b) {
  for (int i = 3; i >= 0; i--) {
    if (a[i] != b[i]) return a[i] < b[i];
  }
  return false;
}

// a + b + carry, and the carry out.
constexpr std::uint64_t add_carry(std::uint64_t a, std::uint64_t b, std::uint64_t& carry) {
  const u128 sum = u128{a} + b + carry;
  carry = static_cast<std::uint64_t>(sum >> 64);
  return static_cast<std::uint64_t>(sum);
}

// a - b - borrow, and the borrow out.
constexpr std::uint64_t subtract_borrow(std::uint64_t a, std::uint64_t b, std::uint64_t& borrow) {
  const u128 difference = u128{a} - b - borrow;
  borrow = static_cast<std::uint64_t>(difference >> 64) & 1;
  return static_cast<std::uint64_t>(difference);
}

#if defined(__x86_64__)

// What follows with the carry flag, which compilers do not make of the plain form: a third of the instructions.

inline Limbs reduce_once_x86(const Limbs& a, const Limbs& modulus) {
  std::uint64_t r0 = a[0], r1 = a[1], r2 = a[2], r3 = a[3];
  __asm__(
      "subq %[m0], %[r0]\n\t"
      "sbbq %[m1], %[r1]\n\t"
      "sbbq %[m2], %[r2]\n\t"
      "sbbq %[m3], %[r3]\n\t"
      "cmovcq %[a0], %[r0]\n\t"
      "cmovcq %[a1], %[r1]\n\t"
      "cmovcq %[a2], %[r2]\n\t"
      "cmovcq %[a3], %[r3]\n\t"
      : [r0] "+&r"(r0), [r1] "+&r"(r1), [r2] "+&r"(r2), [r3] "+&r"(r3)
      : [a0] "rm"(a[0]), [a1] "rm"(a[1]), [a2] "rm"(a[2]), [a3] "rm"(a[3]), [m0] "rm"(modulus[0]), [m1] "rm"(modulus[1]),
        [m2] "rm"(modulus[2]), [m3] "rm"(modulus[3])
      : "cc");
  return {r0, r1, r2, r3};
}

inline Limbs add_mod_x86(const Limbs& a, const Limbs& b, const Limbs& modulus) {
  unsigned long long s0, s1, s2, s3;
  unsigned char carry = _addcarry_u64(0, a[0], b[0], &s0);
  carry = _addcarry_u64(carry, a[1], b[1], &s1);
  carry = _addcarry_u64(carry, a[2], b[2], &s2);
  _addcarry_u64(carry, a[3], b[3], &s3);
  return reduce_once_x86({s0, s1, s2, s3}, modulus);
}

inline Limbs subtract_mod_x86(const Limbs& a, const Limbs& b, const Limbs& modulus) {
  unsigned long long d0, d1, d2, d3;
  unsigned char carry = _subborrow_u64(0, a[0], b[0], &d0);
  carry = _subborrow_u64(carry, a[1], b[1], &d1);
  carry = _subborrow_u64(carry, a[2], b[2], &d2);
  carry = _subborrow_u64(carry, a[3], b[3], &d3);
  const std::uint64_t add = -static_cast<std::uint64_t>(carry);
  carry = _addcarry_u64(0, d0, modulus[0] & add, &d0);
  carry = _addcarry_u64(carry, d1, modulus[1] & add, &d1);
  carry = _addcarry_u64(carry, d2, modulus[2] & add, &d2);
  _addcarry_u64(carry, d3, modulus[3] & add, &d3);
  return {d0, d1, d2, d3};
}

#endif

// a - modulus where that is not negative, else a; a is below twice the modulus. No branch: its outcome is random.
constexpr Limbs reduce_once(const Limbs& a, const Limbs& modulus) {
#if defined(__x86_64__)
  if (!std::is_constant_evaluated()) return reduce_once_x86(a, modulus);
#endif
  Limbs reduced{};
  std::uint64_t borrow = 0;
  for (int i = 0; i < 4; i++) reduced[i] = subtract_borrow(a[i], modulus[i], borrow);
  const std::uint64_t keep = -borrow;
  for (int i = 0; i < 4; i++) reduced[i] = (a[i] & keep) | (reduced[i] & ~keep);
  return reduced;
}

constexpr Limbs add_mod(const Limbs& a, const Limbs& b, const Limbs& modulus) {
#if defined(__x86_64__)
  if (!std::is_constant_evaluated()) return add_mod_x86(a, b, modulus);
#endif
  Limbs sum{};
  std::uint64_t carry = 0;
  for (int i = 0; i < 4; i++) sum[i] = add_carry(a[i], b[i], carry);
  return reduce_once(sum, modulus);
}

constexpr Limbs subtract_mod(const Limbs& a, const Limbs& b, const Limbs& modulus) {
#if defined(__x86_64__)
  if (!std::is_constant_evaluated()) return subtract_mod_x86(a, b, modulus);
#endif
  Limbs difference{};
  std::uint64_t borrow = 0;
  for (int i = 0; i < 4; i++) difference[i] = subtract_borrow(a[i], b[i], borrow);
  const std::uint64_t add = -borrow;
  std::uint64_t carry = 0;
  for (int i = 0; i < 4; i++) difference[i] = add_carry(difference[i], modulus[i] & add, carry);
  return difference;
}

// -1 / value modulo 2^64, value odd: each step of Newton's iteration doubles the bits that are right.
constexpr std::uint64_t negated_inverse_64(std::uint64_t value) {
  std::uint64_t inverse = 1;
  for (int i = 0; i < 6; i++) inverse *= 2 - value * inverse;
  return -inverse;
}

// a * b / 2^256 modulo the modulus, canonical for canonical factors (CIOS; Koc, Acar, Kaliski 1996). The modulus leaves the
// two highest bits free, so that no carry leaves the highest limb.
template <class Modulus>
constexpr Limbs montgomery_multiply_portable(const Limbs& a, const Limbs& b) {
  constexpr Limbs m = Modulus::value;
  constexpr std::uint64_t inverse = negated_inverse_64(m[0]);
  std::uint64_t t0 = 0, t1 = 0, t2 = 0, t3 = 0;
  for (int i = 0; i < 4; i++) {
    u128 x = u128{a[0]} * b[i] + t0;
    const std::uint64_t low = static_cast<std::uint64_t>(x);
    const std::uint64_t k = low * inverse;
    u128 y = u128{k} * m[0] + low;
    x = u128{a[1]} * b[i] + t1 + static_cast<std::uint64_t>(x >> 64);
    y = u128{k} * m[1] + static_cast<std::uint64_t>(x) + static_cast<std::uint64_t>(y >> 64);
    t0 = static_cast<std::uint64_t>(y);
    x = u128{a[2]} * b[i] + t2 + static_cast<std::uint64_t>(x >> 64);
    y = u128{k} * m[2] + static_cast<std::uint64_t>(x) + static_cast<std::uint64_t>(y >> 64);
    t1 = static_cast<std::uint64_t>(y);
    x = u128{a[3]} * b[i] + t3 + static_cast<std::uint64_t>(x >> 64);
    y = u128{k} * m[3] + static_cast<std::uint64_t>(x) + static_cast<std::uint64_t>(y >> 64);
    t2 = static_cast<std::uint64_t>(y);
    t3 = static_cast<std::uint64_t>(x >> 64) + static_cast<std::uint64_t>(y >> 64);
  }
  return reduce_once({t0, t1, t2, t3}, m);
}

#if defined(__x86_64__) && defined(__ADX__) && defined(__BMI2__)

// The same with mulx and two carry chains, adcx and adox, that run side by side.
template <class Modulus>
inline Limbs montgomery_multiply(const Limbs& a, const Limbs& b) {
  static constexpr Limbs m = Modulus::value;
  static constexpr std::uint64_t inverse = negated_inverse_64(m[0]);
  std::uint64_t t0, t1, t2, t3, t4, low, high;
// t = t + a * b[i], t4 the new highest limb.
#define ASSAY_MULTIPLY_ADD(OFFSET)             \
  "movq " OFFSET "(%[b]), %%rdx\n\t"           \
  "xorl %k[t4], %k[t4]\n\t"                    \
  "mulxq 0(%[a]), %[low], %[high]\n\t"         \
  "adcxq %[low], %[t0]\n\t"                    \
  "adoxq %[high], %[t1]\n\t"                   \
  "mulxq 8(%[a]), %[low], %[high]\n\t"         \
  "adcxq %[low], %[t1]\n\t"                    \
  "adoxq %[high], %[t2]\n\t"                   \
  "mulxq 16(%[a]), %[low], %[high]\n\t"        \
  "adcxq %[low], %[t2]\n\t"                    \
  "adoxq %[high], %[t3]\n\t"                   \
  "mulxq 24(%[a]), %[low], %[high]\n\t"        \
  "adcxq %[low], %[t3]\n\t"                    \
  "adoxq %[t4], %[high]\n\t"                   \
  "adcxq %[high], %[t4]\n\t"
// t = (t + k * m) / 2^64 with the k that makes it divisible.
#define ASSAY_REDUCE                           \
  "movq %[t0], %%rdx\n\t"                      \
  "imulq %[inverse], %%rdx\n\t"                \
  "xorl %k[low], %k[low]\n\t"                  \
  "mulxq 0(%[m]), %[low], %[high]\n\t"         \
  "adcxq %[t0], %[low]\n\t"                    \
  "movq %[high], %[t0]\n\t"                    \
  "mulxq 8(%[m]), %[low], %[high]\n\t"         \
  "adcxq %[t1], %[t0]\n\t"                     \
  "adoxq %[low], %[t0]\n\t"                    \
  "movq %[high], %[t1]\n\t"                    \
  "mulxq 16(%[m]), %[low], %[high]\n\t"        \
  "adcxq %[t2], %[t1]\n\t"                     \
  "adoxq %[low], %[t1]\n\t"                    \
  "movq %[high], %[t2]\n\t"                    \
  "mulxq 24(%[m]), %[low], %[high]\n\t"        \
  "adcxq %[t3], %[t2]\n\t"                     \
  "adoxq %[low], %[t2]\n\t"                    \
  "movl $0, %k[low]\n\t"                       \
  "adcxq %[low], %[high]\n\t"                  \
  "adoxq %[low], %[high]\n\t"                  \
  "leaq (%[high], %[t4]), %[t3]\n\t"
  __asm__(
      "movq 0(%[b]), %%rdx\n\t"
      "xorl %k[t4], %k[t4]\n\t"
      "mulxq 0(%[a]), %[t0], %[t1]\n\t"
      "mulxq 8(%[a]), %[low], %[t2]\n\t"
      "adcxq %[low], %[t1]\n\t"
      "mulxq 16(%[a]), %[low], %[t3]\n\t"
      "adcxq %[low], %[t2]\n\t"
      "mulxq 24(%[a]), %[low], %[high]\n\t"
      "adcxq %[low], %[t3]\n\t"
      "adcxq %[high], %[t4]\n\t"
      ASSAY_REDUCE ASSAY_MULTIPLY_ADD("8") ASSAY_REDUCE ASSAY_MULTIPLY_ADD("16") ASSAY_REDUCE ASSAY_MULTIPLY_ADD("24")
      ASSAY_REDUCE
      : [t0] "=&r"(t0), [t1] "=&r"(t1), [t2] "=&r"(t2), [t3] "=&r"(t3), [t4] "=&r"(t4), [low] "=&r"(low),
        [high] "=&r"(high)
      : [a] "r"(a.data()), [b] "r"(b.data()), [m] "r"(m.data()), [inverse] "m"(inverse), "m"(a), "m"(b), "m"(m)
      : "rdx", "cc");
#undef ASSAY_MULTIPLY_ADD
#undef ASSAY_REDUCE
  return reduce_once({t0, t1, t2, t3}, m);
}

#elif defined(__x86_64__)

// The same for older processors, with mulq: of the plain form compilers make half as many instructions again.
template <class Modulus>
inline Limbs montgomery_multiply(const Limbs& a, const Limbs& b) {
  static constexpr Limbs m = Modulus::value;
  static constexpr std::uint64_t inverse = negated_inverse_64(m[0]);
  std::uint64_t t0, t1, t2, t3, t4, factor, carry;
// T = T + x[i] * factor + carry, x[i] at OFFSET(X), and the new carry.
#define ASSAY_STEP(OFFSET, X, T)  \
  "movq " OFFSET "(" X "), %%rax\n\t" \
  "mulq %[factor]\n\t"            \
  "addq %[carry], " T "\n\t"      \
  "adcq $0, %%rdx\n\t"            \
  "addq %%rax, " T "\n\t"         \
  "adcq $0, %%rdx\n\t"
#define ASSAY_FIRST_STEP(X, T)    \
  "movq 0(" X "), %%rax\n\t"      \
  "mulq %[factor]\n\t"            \
  "addq %%rax, " T "\n\t"         \
  "adcq $0, %%rdx\n\t"
#define ASSAY_KEEP_CARRY "movq %%rdx, %[carry]\n\t"
// t = t + a * b[i], t4 the new highest limb.
#define ASSAY_MULTIPLY_ADD(OFFSET)                                  \
  "movq " OFFSET "(%[b]), %[factor]\n\t"                            \
  ASSAY_FIRST_STEP("%[a]", "%[t0]") ASSAY_KEEP_CARRY                \
  ASSAY_STEP("8", "%[a]", "%[t1]") ASSAY_KEEP_CARRY                 \
  ASSAY_STEP("16", "%[a]", "%[t2]") ASSAY_KEEP_CARRY                \
  ASSAY_STEP("24", "%[a]", "%[t3]")                                 \
  "movq %%rdx, %[t4]\n\t"
// t = (t + k * m) / 2^64 with the k that makes it divisible.
#define ASSAY_REDUCE                                                \
  "movq %[t0], %[factor]\n\t"                                       \
  "imulq %[inverse], %[factor]\n\t"                                 \
  ASSAY_FIRST_STEP("%[m]", "%[t0]") ASSAY_KEEP_CARRY                \
  ASSAY_STEP("8", "%[m]", "%[t1]") ASSAY_KEEP_CARRY                 \
  "movq %[t1], %[t0]\n\t"                                           \
  ASSAY_STEP("16", "%[m]", "%[t2]") ASSAY_KEEP_CARRY                \
  "movq %[t2], %[t1]\n\t"                                           \
  ASSAY_STEP("24", "%[m]", "%[t3]")                                 \
  "movq %[t3], %[t2]\n\t"                                           \
  "addq %[t4], %%rdx\n\t"                                           \
  "movq %%rdx, %[t3]\n\t"
  __asm__(
      "xorl %k[t0], %k[t0]\n\t"
      "xorl %k[t1], %k[t1]\n\t"
      "xorl %k[t2], %k[t2]\n\t"
      "xorl %k[t3], %k[t3]\n\t"
      ASSAY_MULTIPLY_ADD("0") ASSAY_REDUCE ASSAY_MULTIPLY_ADD("8") ASSAY_REDUCE ASSAY_MULTIPLY_ADD("16") ASSAY_REDUCE
      ASSAY_MULTIPLY_ADD("24") ASSAY_REDUCE
      : [t0] "=&r"(t0), [t1] "=&r"(t1), [t2] "=&r"(t2), [t3] "=&r"(t3), [t4] "=&r"(t4), [factor] "=&r"(factor),
        [carry] "=&r"(carry)
      : [a] "r"(a.data()), [b] "r"(b.data()), [m] "r"(m.data()), [inverse] "m"(inverse), "m"(a), "m"(b), "m"(m)
      : "rax", "rdx", "cc");
#undef ASSAY_STEP
#undef ASSAY_FIRST_STEP
#undef ASSAY_KEEP_CARRY
#undef ASSAY_MULTIPLY_ADD
#undef ASSAY_REDUCE
  return reduce_once({t0, t1, t2, t3}, m);
}

#else

template <class Modulus>
constexpr Limbs montgomery_multiply(const Limbs& a, const Limbs& b) {
  return montgomery_multiply_portable<Modulus>(a, b);
}

#endif

// (x * f + y * g) / 2^31 as a signed number of five limbs; the low 31 bits of the sum are zero, or are made so by adding a
// multiple of the modulus.
struct SignedLimbs {
  std::uint64_t limbs[5];
  bool negative() const { return static_cast<std::int64_t>(limbs[4]) < 0; }
};

inline SignedLimbs linear_combination(const Limbs& x, std::int64_t f, const Limbs& y, std::int64_t g) {
  SignedLimbs sum;
  __int128 carry = 0;
  std::int64_t high = 0;
  for (int i = 0; i < 4; i++) {
    // Each product is below 2^95 in size, split so that nothing overflows.
    const __int128 left = static_cast<__int128>(f) * static_cast<__int128>(x[i]);
    const __int128 right = static_cast<__int128>(g) * static_cast<__int128>(y[i]);
    carry += left;
    carry += right;
    sum.limbs[i] = static_cast<std::uint64_t>(carry);
    carry >>= 64;
  }
  high = static_cast<std::int64_t>(carry);
  sum.limbs[4] = static_cast<std::uint64_t>(high);
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
