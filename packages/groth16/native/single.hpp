// One field element with the interface of `Lanes`: the same algorithms then run on processors without AVX-512.
#pragma once

#include "field.hpp"

namespace assay {

template <class Modulus>
struct Single {
  static constexpr std::size_t WIDTH = 1;
  using Scalar = PrimeField<Modulus>;
  using Mask = std::uint8_t;
  static constexpr Mask ALL = 1;

  // Always canonical: bounds that `Lanes` has to keep are of no concern here.
  Scalar value;

  static Single broadcast(const Limbs& memory) { return {Scalar{memory}}; }
  static Single zero() { return {Scalar::zero()}; }
  static Single one() { return {Scalar::one()}; }

  static Single lane(const Single& a, std::size_t) { return a; }

  friend Single operator+(const Single& a, const Single& b) { return {a.value + b.value}; }
  friend Single operator*(const Single& a, const Single& b) { return {a.value * b.value}; }
  Single squared() const { return {value.squared()}; }
  template <int TIMES>
  static Single difference(const Single& a, const Single& b) {
    return {a.value - b.value};
  }
  template <int BOUND>
  Single below_2() const {
    return *this;
  }
  template <int BOUND>
  Single canonical() const {
    return *this;
  }

  template <int TIMES>
  static Single multiple() {
    return zero();
  }
  static Single loose_difference(const Single& a, const Single& b) { return {a.value - b.value}; }
  static Single sum_or_difference(const Single& a, const Single& b, Mask mask) {
    return mask ? Single{a.value - b.value} : Single{a.value + b.value};
  }
  static Single minus_product_and(const Single& a, const Single& b, const Single& rest) {
    return {-(a.value * b.value + rest.value)};
  }
  static Single minus_square_and(const Single& a, const Single& rest) { return {-(a.value.squared() + rest.value)}; }
  static Single product_less(const Single& a, const Single& b, const Single& c) { return {a.value * b.value - c.value}; }

  static void butterfly(Single& low, Single& high, const Single& factor) {
    const Scalar product = high.value * factor.value;
    high.value = low.value - product;
    low.value = low.value + product;
  }

  static Single blend(Mask mask, const Single& a, const Single& b) { return mask ? b : a; }
  Mask zero_mask() const { return value.is_zero(); }
  static Mask equal(const Single& a, const Single& b) { return a.value == b.value; }
  static Single inverse(const Single& a) { return {a.value.inverse()}; }

  // How elements lie in memory: the Montgomery form of `field.hpp`.
  static constexpr std::size_t WORDS = 4;
  using Field = Scalar;
  static void write(const Scalar& x, std::uint64_t* words) { std::memcpy(words, x.limbs.data(), Scalar::BYTES); }
  static void negate(std::uint64_t* words) {
    const Limbs negated = subtract_mod({}, {words[0], words[1], words[2], words[3]}, Scalar::MODULUS);
    std::memcpy(words, negated.data(), Scalar::BYTES);
  }
  static Scalar read(const std::uint64_t* words) { return {{words[0], words[1], words[2], words[3]}}; }
  template <class Word>
  static Single load(Word* const (&at)[1], std::size_t word) {
    return {Scalar{{at[0][word], at[0][word + 1], at[0][word + 2], at[0][word + 3]}}};
  }
  void store(std::uint64_t* const (&at)[1], std::size_t word) const {
    std::memcpy(at[0] + word, value.limbs.data(), Scalar::BYTES);
  }
};

}  // namespace assay
