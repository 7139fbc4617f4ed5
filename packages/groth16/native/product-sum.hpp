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

#if defined(__x86_64__) && defined(__ADX__) && defined(__BMI2__)

  void add_wide(const Limbs& a, const Limbs& b) {
    std::uint64_t low, high, t0, t1, t2, t3, t4;
// t = (t >> 64) + a * b[i] for i > 0, and the limb that leaves it is added to the sum.
#define ASSAY_ROW(OFFSET)               \
  "movq " OFFSET "(%[b]), %%rdx\n\t"    \
  "xorl %k[t4], %k[t4]\n\t"             \
  "mulxq 0(%[a]), %[low], %[high]\n\t"  \
  "adcxq %[low], %[t0]\n\t"             \
  "adoxq %[high], %[t1]\n\t"            \
  "mulxq 8(%[a]), %[low], %[high]\n\t"  \
  "adcxq %[low], %[t1]\n\t"             \
  "adoxq %[high], %[t2]\n\t"            \
  "mulxq 16(%[a]), %[low], %[high]\n\t" \
  "adcxq %[low], %[t2]\n\t"             \
  "adoxq %[high], %[t3]\n\t"            \
  "mulxq 24(%[a]), %[low], %[high]\n\t" \
  "adcxq %[low], %[t3]\n\t"             \
  "adoxq %[t4], %[high]\n\t"            \
  "adcxq %[high], %[t4]\n\t"
#define ASSAY_LEAVE(OFFSET)          \
  "movq %[t0], " OFFSET "(%[sum])\n\t" \
  "movq %[t1], %[t0]\n\t"            \
  "movq %[t2], %[t1]\n\t"            \
  "movq %[t3], %[t2]\n\t"            \
  "movq %[t4], %[t3]\n\t"
    __asm__(
        // The rows start from the sum's low half, whose limbs they take up as they move along.
        "movq 0(%[sum]), %[t0]\n\t"
        "movq 8(%[sum]), %[t1]\n\t"
        "movq 16(%[sum]), %[t2]\n\t"
        "movq 24(%[sum]), %[t3]\n\t"
        ASSAY_ROW("0") ASSAY_LEAVE("0") ASSAY_ROW("8") ASSAY_LEAVE("8") ASSAY_ROW("16") ASSAY_LEAVE("16") ASSAY_ROW("24")
        ASSAY_LEAVE("24")
        "addq %[t0], 32(%[sum])\n\t"
        "adcq %[t1], 40(%[sum])\n\t"
        "adcq %[t2], 48(%[sum])\n\t"
        "adcq %[t3], 56(%[sum])\n\t"
        : [t0] "=&r"(t0), [t1] "=&r"(t1), [t2] "=&r"(t2), [t3] "=&r"(t3), [t4] "=&r"(t4), [low] "=&r"(low),
          [high] "=&r"(high), "+m"(limbs_)
        : [a] "r"(a.data()), [b] "r"(b.data()), [sum] "r"(limbs_), "m"(a), "m"(b)
        : "rdx", "cc");
#undef ASSAY_ROW
#undef ASSAY_LEAVE
  }

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

  // The sum / R modulo the modulus (Montgomery 1985), for a sum below modulus * R.
  Limbs reduced() const {
    constexpr Limbs m = Modulus::value;
    constexpr std::uint64_t inverse = negated_inverse_64(m[0]);
    std::uint64_t t[8];
    for (int i = 0; i < 8; i++) t[i] = limbs_[i];
    std::uint64_t top = 0;
    for (int i = 0; i < 4; i++) {
      const std::uint64_t k = t[i] * inverse;
      std::uint64_t carry = 0;
      for (int j = 0; j < 4; j++) {
        const u128 sum = u128{k} * m[j] + t[i + j] + carry;
        t[i + j] = static_cast<std::uint64_t>(sum);
        carry = static_cast<std::uint64_t>(sum >> 64);
      }
      const u128 sum = u128{t[i + 4]} + carry + top;
      t[i + 4] = static_cast<std::uint64_t>(sum);
      top = static_cast<std::uint64_t>(sum >> 64);
    }
    return reduce_once({t[4], t[5], t[6], t[7]}, m);
  }
};

}  // namespace assay
