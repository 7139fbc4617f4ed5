// Fq2 over lanes of Fq, with the interface of `Lanes`; bounds hold for each of the two components.
#pragma once

#include "fq2.hpp"

namespace assay {

template <class Base>
struct Quadratic {
  static constexpr std::size_t WIDTH = Base::WIDTH;
  using Mask = typename Base::Mask;
  static constexpr Mask ALL = Base::ALL;

  Base c0, c1;

  static Quadratic zero() { return {Base::zero(), Base::zero()}; }
  static Quadratic one() { return {Base::one(), Base::zero()}; }

  friend Quadratic operator+(const Quadratic& a, const Quadratic& b) { return {a.c0 + b.c0, a.c1 + b.c1}; }
  template <int TIMES>
  static Quadratic difference(const Quadratic& a, const Quadratic& b) {
    return {Base::template difference<TIMES>(a.c0, b.c0), Base::template difference<TIMES>(a.c1, b.c1)};
  }
  // b is below 4, and the bounds of a and b multiply to less than 16; below 2.
  [[gnu::noinline]] friend Quadratic operator*(const Quadratic& a, const Quadratic& b) {
    if constexpr (WIDTH == 1) {
      // Karatsuba: three products and their reductions.
      const Base low = a.c0 * b.c0;
      const Base high = a.c1 * b.c1;
      const Base cross = (a.c0 + a.c1) * (b.c0 + b.c1);
      return {Base::template difference<2>(low, high),
              Base::template difference<2>(Base::template difference<2>(cross, low), high)};
    } else {
      // Four products and two reductions cost what Karatsuba's three do, and no sum has to be brought back (m: 12.7 ns against
      // 15.7 ns a lane).
      const Base minus = Base::template difference<4>(Base::zero(), b.c1);
      return {Base::sum_of_products(a.c0, b.c0, a.c1, minus), Base::sum_of_products(a.c0, b.c1, a.c1, b.c0)};
    }
  }
  // (c0 + c1)(c0 - c1) + 2 c0 c1 u, for a value below 4; below 2.
  Quadratic squared() const {
    const Base cross = c0 * c1;
    return {(c0 + c1) * Base::template difference<4>(c0, c1), (cross + cross).template below_2<4>()};
  }
  // Steps of `RunningSums`, with the bounds of `Lanes`.

  template <int TIMES>
  static Quadratic multiple() {
    return {Base::template multiple<TIMES>(), Base::template multiple<TIMES>()};
  }
  static Quadratic loose_difference(const Quadratic& a, const Quadratic& b) {
    return {Base::loose_difference(a.c0, b.c0), Base::loose_difference(a.c1, b.c1)};
  }
  static Quadratic sum_or_difference(const Quadratic& a, const Quadratic& b, Mask mask) {
    return {Base::sum_or_difference(a.c0, b.c0, mask), Base::sum_or_difference(a.c1, b.c1, mask)};
  }
  // a is below 2.
  [[gnu::noinline]] static Quadratic minus_square_and(const Quadratic& a, const Quadratic& rest) {
    return {Base::minus_product_and(a.c0 + a.c1, Base::template difference<2>(a.c0, a.c1), rest.c0),
            Base::minus_product_and(a.c0 + a.c0, a.c1, rest.c1)};
  }
  // b is below 2.
  [[gnu::noinline]] static Quadratic product_less(const Quadratic& a, const Quadratic& b, const Quadratic& c) {
    if constexpr (WIDTH == 1) {
      const Quadratic product = a * b;
      return {Base::template difference<2>(product.c0, c.c0), Base::template difference<2>(product.c1, c.c1)};
    } else {
      const Base minus = Base::template difference<2>(Base::zero(), b.c1);
      return {Base::products_less(a.c0, b.c0, a.c1, minus, c.c0), Base::products_less(a.c0, b.c1, a.c1, b.c0, c.c1)};
    }
  }

  template <int BOUND>
  Quadratic below_2() const {
    return {c0.template below_2<BOUND>(), c1.template below_2<BOUND>()};
  }
  template <int BOUND>
  Quadratic canonical() const {
    return {c0.template canonical<BOUND>(), c1.template canonical<BOUND>()};
  }

  static Quadratic blend(Mask mask, const Quadratic& a, const Quadratic& b) {
    return {Base::blend(mask, a.c0, b.c0), Base::blend(mask, a.c1, b.c1)};
  }
  Mask zero_mask() const { return c0.zero_mask() & c1.zero_mask(); }
  static Mask equal(const Quadratic& a, const Quadratic& b) { return Base::equal(a.c0, b.c0) & Base::equal(a.c1, b.c1); }
  // Of a value below 2 of which no lane is zero; below 2.
  static Quadratic inverse(const Quadratic& a) {
    const Base norm = Base::inverse((a.c0.squared() + a.c1.squared()).template below_2<4>());
    return {a.c0 * norm, Base::template difference<2>(Base::zero(), a.c1 * norm)};
  }

  static constexpr std::size_t WORDS = 2 * Base::WORDS;
  using Field = Fq2;
  static void write(const Fq2& x, std::uint64_t* words) {
    Base::write(x.c0, words);
    Base::write(x.c1, words + Base::WORDS);
  }
  static void negate(std::uint64_t* words) {
    Base::negate(words);
    Base::negate(words + Base::WORDS);
  }
  static Fq2 read(const std::uint64_t* words) { return {Base::read(words), Base::read(words + Base::WORDS)}; }
  template <class Word>
  static Quadratic load(Word* const (&at)[WIDTH], std::size_t word) {
    return {Base::load(at, word), Base::load(at, word + 4)};
  }
  void store(std::uint64_t* const (&at)[WIDTH], std::size_t word) const {
    c0.store(at, word);
    c1.store(at, word + 4);
  }
};

}  // namespace assay
