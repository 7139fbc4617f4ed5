// Integers of four 64-bit limbs modulo an odd 254-bit number: addition and Montgomery multiplication.
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

// The same for older processors, with mulq, column by column (FIPS; Koc, Acar, Kaliski 1996): three limbs take what a column adds up
// to, so that no carry has to be kept from product to product.
template <class Modulus>
inline Limbs montgomery_multiply(const Limbs& a, const Limbs& b) {
  static constexpr Limbs m = Modulus::value;
  static constexpr std::uint64_t inverse = negated_inverse_64(m[0]);
  // A factor that makes a column divisible is needed until a limb of the result takes its place.
  std::uint64_t k0, k1, k2, k3, t0, t1, t2;
#define ASSAY_ADD(T0, T1, T2) \
  "addq %%rax, " T0 "\n\t"    \
  "adcq %%rdx, " T1 "\n\t"    \
  "adcq $0, " T2 "\n\t"
// T = T + a[i] * b[j]
#define ASSAY_FACTORS(A, B, T0, T1, T2) \
  "movq " A "(%[a]), %%rax\n\t"         \
  "mulq " B "(%[b])\n\t" ASSAY_ADD(T0, T1, T2)
// T = T + k * m[i]
#define ASSAY_MODULUS(K, M, T0, T1, T2) \
  "movq " K ", %%rax\n\t"               \
  "mulq " M "(%[m])\n\t" ASSAY_ADD(T0, T1, T2)
// k and k * m[0], with which a column's lowest limb is zero and becomes the highest of the next.
#define ASSAY_DIVISIBLE(K, T0, T1, T2) \
  "movq " T0 ", " K "\n\t"             \
  "imulq %[inverse], " K "\n\t" ASSAY_MODULUS(K, "0", T0, T1, T2)
#define X "%[t0]"
#define Y "%[t1]"
#define Z "%[t2]"
  __asm__(
      "movq 0(%[a]), %%rax\n\t"
      "mulq 0(%[b])\n\t"
      "movq %%rax, %[t0]\n\t"
      "movq %%rdx, %[t1]\n\t"
      "xorl %k[t2], %k[t2]\n\t"
      ASSAY_DIVISIBLE("%[k0]", X, Y, Z)
      ASSAY_FACTORS("0", "8", Y, Z, X) ASSAY_FACTORS("8", "0", Y, Z, X)
      ASSAY_MODULUS("%[k0]", "8", Y, Z, X) ASSAY_DIVISIBLE("%[k1]", Y, Z, X)
      ASSAY_FACTORS("0", "16", Z, X, Y) ASSAY_FACTORS("8", "8", Z, X, Y) ASSAY_FACTORS("16", "0", Z, X, Y)
      ASSAY_MODULUS("%[k0]", "16", Z, X, Y) ASSAY_MODULUS("%[k1]", "8", Z, X, Y) ASSAY_DIVISIBLE("%[k2]", Z, X, Y)
      ASSAY_FACTORS("0", "24", X, Y, Z) ASSAY_FACTORS("8", "16", X, Y, Z) ASSAY_FACTORS("16", "8", X, Y, Z)
      ASSAY_FACTORS("24", "0", X, Y, Z)
      ASSAY_MODULUS("%[k0]", "24", X, Y, Z) ASSAY_MODULUS("%[k1]", "16", X, Y, Z) ASSAY_MODULUS("%[k2]", "8", X, Y, Z)
      ASSAY_DIVISIBLE("%[k3]", X, Y, Z)
      ASSAY_FACTORS("8", "24", Y, Z, X) ASSAY_FACTORS("16", "16", Y, Z, X) ASSAY_FACTORS("24", "8", Y, Z, X)
      ASSAY_MODULUS("%[k1]", "24", Y, Z, X) ASSAY_MODULUS("%[k2]", "16", Y, Z, X) ASSAY_MODULUS("%[k3]", "8", Y, Z, X)
      "movq %[t1], %[k0]\n\t"
      "xorl %k[t1], %k[t1]\n\t"
      ASSAY_FACTORS("16", "24", Z, X, Y) ASSAY_FACTORS("24", "16", Z, X, Y)
      ASSAY_MODULUS("%[k2]", "24", Z, X, Y) ASSAY_MODULUS("%[k3]", "16", Z, X, Y)
      "movq %[t2], %[k1]\n\t"
      "movq 24(%[a]), %%rax\n\t"
      "mulq 24(%[b])\n\t"
      "addq %%rax, %[t0]\n\t"
      "adcq %%rdx, %[t1]\n\t"
      "movq %[k3], %%rax\n\t"
      "mulq 24(%[m])\n\t"
      "addq %%rax, %[t0]\n\t"
      "adcq %%rdx, %[t1]\n\t"
      : [t0] "=&r"(t0), [t1] "=&r"(t1), [t2] "=&r"(t2), [k0] "=&r"(k0), [k1] "=&r"(k1), [k2] "=&r"(k2), [k3] "=&r"(k3)
      : [a] "r"(a.data()), [b] "r"(b.data()), [m] "r"(m.data()), [inverse] "m"(inverse), "m"(a), "m"(b), "m"(m)
      : "rax", "rdx", "cc");
#undef ASSAY_ADD
#undef ASSAY_FACTORS
#undef ASSAY_MODULUS
#undef ASSAY_DIVISIBLE
#undef X
#undef Y
#undef Z
  return reduce_once({k0, k1, t0, t1}, m);
}

#else

template <class Modulus>
constexpr Limbs montgomery_multiply(const Limbs& a, const Limbs& b) {
  return montgomery_multiply_portable<Modulus>(a, b);
}

#endif

}  // namespace assay
