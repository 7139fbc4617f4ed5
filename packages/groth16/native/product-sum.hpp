// Sums of products modulo a prime, reduced once: a product costs half of what it does alone.
#pragma once

#include "field.hpp"

namespace assay {

template <class Modulus>
class ProductSum {
 public:
  // Adds a product of two canonical Montgomery forms.
  void add_product(const PrimeField<Modulus>& a, const PrimeField<Modulus>& b) {
    // A product is below 0.19 * modulus * R, so that four fit between a sum below modulus * R and twice that.
    if (pending_ == 4) settle();
    pending_++;
    add_wide(a.limbs, b.limbs);
  }
  void add(const PrimeField<Modulus>& a) { change_high(add_mod(settled_high(), a.limbs, Modulus::value)); }
  void subtract(const PrimeField<Modulus>& a) { change_high(subtract_mod(settled_high(), a.limbs, Modulus::value)); }

  // The canonical Montgomery form of the sum.
  PrimeField<Modulus> value() {
    settle();
    return {reduced()};
  }

 private:
  // Eight limbs, the least significant first.
  std::uint64_t limbs_[8] = {};
  int pending_ = 0;

  // Makes the sum less than modulus * R.
  void settle() {
    if (pending_ == 0) return;
    pending_ = 0;
    change_high(reduce_once({limbs_[4], limbs_[5], limbs_[6], limbs_[7]}, Modulus::value));
  }
  Limbs settled_high() {
    settle();
    return {limbs_[4], limbs_[5], limbs_[6], limbs_[7]};
  }
  void change_high(const Limbs& high) {
    for (int i = 0; i < 4; i++) limbs_[4 + i] = high[i];
  }

#if defined(__x86_64__)

// The rows of a product move up along the sum: t is a part of it, to which a * b[i] is added, t4 the new highest limb. Then the
// lowest limb is done.
#define ASSAY_DONE(OFFSET)              \
  "movq %[t0], " OFFSET "(%[sum])\n\t" \
  "movq %[t1], %[t0]\n\t"              \
  "movq %[t2], %[t1]\n\t"              \
  "movq %[t3], %[t2]\n\t"              \
  "movq %[t4], %[t3]\n\t"
#if defined(__ADX__) && defined(__BMI2__)
#define ASSAY_ROW(OFFSET)                \
  "movq " OFFSET "(%[b]), %%rdx\n\t"    \
  "xorl %k[t4], %k[t4]\n\t"             \
  "mulxq 0(%[a]), %%rax, %[carry]\n\t"  \
  "adcxq %%rax, %[t0]\n\t"              \
  "adoxq %[carry], %[t1]\n\t"           \
  "mulxq 8(%[a]), %%rax, %[carry]\n\t"  \
  "adcxq %%rax, %[t1]\n\t"              \
  "adoxq %[carry], %[t2]\n\t"           \
  "mulxq 16(%[a]), %%rax, %[carry]\n\t" \
  "adcxq %%rax, %[t2]\n\t"              \
  "adoxq %[carry], %[t3]\n\t"           \
  "mulxq 24(%[a]), %%rax, %[carry]\n\t" \
  "adcxq %%rax, %[t3]\n\t"              \
  "adoxq %[t4], %[carry]\n\t"           \
  "adcxq %[carry], %[t4]\n\t"
#else
#define ASSAY_STEP(OFFSET, T)            \
  "movq " OFFSET "(%[a]), %%rax\n\t"    \
  "mulq %[t4]\n\t"                      \
  "addq %[carry], " T "\n\t"            \
  "adcq $0, %%rdx\n\t"                  \
  "addq %%rax, " T "\n\t"               \
  "adcq $0, %%rdx\n\t"                  \
  "movq %%rdx, %[carry]\n\t"
#define ASSAY_ROW(OFFSET)                \
  "movq " OFFSET "(%[b]), %[t4]\n\t"    \
  "xorl %k[carry], %k[carry]\n\t"       \
  ASSAY_STEP("0", "%[t0]") ASSAY_STEP("8", "%[t1]") ASSAY_STEP("16", "%[t2]") ASSAY_STEP("24", "%[t3]") \
  "movq %[carry], %[t4]\n\t"
#endif
  void add_wide(const Limbs& a, const Limbs& b) {
    std::uint64_t t0, t1, t2, t3, t4, carry;
    __asm__(
        "movq 0(%[sum]), %[t0]\n\t"
        "movq 8(%[sum]), %[t1]\n\t"
        "movq 16(%[sum]), %[t2]\n\t"
        "movq 24(%[sum]), %[t3]\n\t"
        ASSAY_ROW("0") ASSAY_DONE("0") ASSAY_ROW("8") ASSAY_DONE("8") ASSAY_ROW("16") ASSAY_DONE("16") ASSAY_ROW("24")
        ASSAY_DONE("24")
        "addq %[t0], 32(%[sum])\n\t"
        "adcq %[t1], 40(%[sum])\n\t"
        "adcq %[t2], 48(%[sum])\n\t"
        "adcq %[t3], 56(%[sum])\n\t"
        : [t0] "=&r"(t0), [t1] "=&r"(t1), [t2] "=&r"(t2), [t3] "=&r"(t3), [t4] "=&r"(t4), [carry] "=&r"(carry), "+m"(limbs_)
        : [a] "r"(a.data()), [b] "r"(b.data()), [sum] "r"(limbs_), "m"(a), "m"(b)
        : "rax", "rdx", "cc");
  }
#undef ASSAY_DONE
#undef ASSAY_STEP
#undef ASSAY_ROW

#else

  void add_wide(const Limbs& a, const Limbs& b) {
    std::uint64_t top = 0;
    for (int i = 0; i < 4; i++) {
      std::uint64_t carry = 0;
      for (int j = 0; j < 4; j++) {
        const u128 sum = u128{a[j]} * b[i] + limbs_[i + j] + carry;
        limbs_[i + j] = static_cast<std::uint64_t>(sum);
        carry = static_cast<std::uint64_t>(sum >> 64);
      }
      const u128 sum = u128{limbs_[i + 4]} + carry + top;
      limbs_[i + 4] = static_cast<std::uint64_t>(sum);
      top = static_cast<std::uint64_t>(sum >> 64);
    }
  }

#endif

  // The sum / R modulo the modulus: the high half, and what Montgomery reduction makes of the low one.
  Limbs reduced() const {
    const Limbs low{limbs_[0], limbs_[1], limbs_[2], limbs_[3]}, high{limbs_[4], limbs_[5], limbs_[6], limbs_[7]};
    return add_mod(high, montgomery_multiply<Modulus>(low, {1, 0, 0, 0}), Modulus::value);
  }
};

}  // namespace assay
