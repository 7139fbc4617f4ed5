// The field of pairing values: Fq6 = Fq2[v] / (v^3 - xi) and Fq12 = Fq6[w] / (w^2 - v), where xi = 9 + u.
#pragma once

#include "bn-parameter.hpp"
#include "fq2.hpp"

namespace assay {

inline Fq2 times_xi(const Fq2& a) {
  const Fq2 nine = a.doubled().doubled().doubled() + a;
  return {nine.c0 - a.c1, nine.c1 + a.c0};
}

inline Fq2 power(const Fq2& base, const Limbs& exponent) {
  Fq2 result = Fq2::one();
  for (int bit = 255; bit >= 0; bit--) {
    result = result.squared();
    if ((exponent[bit / 64] >> (bit % 64)) & 1) result = result * base;
  }
  return result;
}

// xi^(k(q-1)/6) for k = 0 to 5: the q-th power of w^k is w^k times this.
inline const std::array<Fq2, 6>& frobenius_coefficients() {
  static const std::array<Fq2, 6> coefficients = [] {
    std::array<Fq2, 6> powers;
    const Fq2 first = power(times_xi(Fq2::one()), sixth_of_q_minus_one());
    powers[0] = Fq2::one();
    for (int k = 1; k < 6; k++) powers[k] = powers[k - 1] * first;
    return powers;
  }();
  return coefficients;
}

struct Fq6 {
  Fq2 c0, c1, c2;

  static constexpr Fq6 zero() { return {}; }
  static constexpr Fq6 one() { return {Fq2::one(), Fq2::zero(), Fq2::zero()}; }
  friend bool operator==(const Fq6& a, const Fq6& b) { return a.c0 == b.c0 && a.c1 == b.c1 && a.c2 == b.c2; }
  friend Fq6 operator+(const Fq6& a, const Fq6& b) { return {a.c0 + b.c0, a.c1 + b.c1, a.c2 + b.c2}; }
  friend Fq6 operator-(const Fq6& a, const Fq6& b) { return {a.c0 - b.c0, a.c1 - b.c1, a.c2 - b.c2}; }
  Fq6 operator-() const { return {-c0, -c1, -c2}; }
  Fq6 doubled() const { return {c0.doubled(), c1.doubled(), c2.doubled()}; }
  Fq6 times_v() const { return {times_xi(c2), c0, c1}; }

  // Karatsuba: six products in Fq2 (Devegili, O hEigeartaigh, Scott, Dahab, eprint 2006/471, section 4).
  friend Fq6 operator*(const Fq6& a, const Fq6& b) {
    const Fq2 t0 = a.c0 * b.c0;
    const Fq2 t1 = a.c1 * b.c1;
    const Fq2 t2 = a.c2 * b.c2;
    return {t0 + times_xi((a.c1 + a.c2) * (b.c1 + b.c2) - t1 - t2),
            (a.c0 + a.c1) * (b.c0 + b.c1) - t0 - t1 + times_xi(t2),
            (a.c0 + a.c2) * (b.c0 + b.c2) - t0 - t2 + t1};
  }
  friend Fq6 operator*(const Fq6& a, const Fq2& b) { return {a.c0 * b, a.c1 * b, a.c2 * b}; }
  // By b0 + b1 v: five products.
  Fq6 times_sparse(const Fq2& b0, const Fq2& b1) const {
    const Fq2 t0 = c0 * b0;
    const Fq2 t1 = c1 * b1;
    return {t0 + times_xi(c2 * b1), (c0 + c1) * (b0 + b1) - t0 - t1, t1 + c2 * b0};
  }
  // Zero for zero. The adjugate over the norm to Fq2.
  Fq6 inverse() const {
    const Fq2 a = c0.squared() - times_xi(c1 * c2);
    const Fq2 b = times_xi(c2.squared()) - c0 * c1;
    const Fq2 c = c1.squared() - c0 * c2;
    const Fq2 norm = (c0 * a + times_xi(c2 * b + c1 * c)).inverse();
    return {a * norm, b * norm, c * norm};
  }
};

struct Fq12 {
  Fq6 c0, c1;

  static constexpr Fq12 one() { return {Fq6::one(), Fq6::zero()}; }
  friend bool operator==(const Fq12& a, const Fq12& b) { return a.c0 == b.c0 && a.c1 == b.c1; }

  friend Fq12 operator*(const Fq12& a, const Fq12& b) {
    const Fq6 low = a.c0 * b.c0;
    const Fq6 high = a.c1 * b.c1;
    return {low + high.times_v(), (a.c0 + a.c1) * (b.c0 + b.c1) - low - high};
  }
  // (c0 + c1)(c0 + v c1) holds both squares and v + 1 times the product.
  Fq12 squared() const {
    const Fq6 product = c0 * c1;
    return {(c0 + c1) * (c0 + c1.times_v()) - product - product.times_v(), product.doubled()};
  }
  // By l0 + l1 w + l3 w^3: 13 products in Fq2.
  Fq12 times_line(const Fq2& l0, const Fq2& l1, const Fq2& l3) const {
    const Fq6 low = c0 * l0;
    const Fq6 high = c1.times_sparse(l1, l3);
    return {low + high.times_v(), (c0 + c1).times_sparse(l0 + l1, l3) - low - high};
  }
  // By 1 + l1 w + l3 w^3: 10 products.
  Fq12 times_unit_line(const Fq2& l1, const Fq2& l3) const {
    return {c0 + c1.times_sparse(l1, l3).times_v(), c1 + c0.times_sparse(l1, l3)};
  }
  Fq12 inverse() const {
    const Fq6 norm = (c0 * c0 - (c1 * c1).times_v()).inverse();
    return {c0 * norm, -(c1 * norm)};
  }
  // The power q^6: the inverse of an element whose order divides q^6 + 1.
  Fq12 conjugate() const { return {c0, -c1}; }
  // The power q.
  Fq12 frobenius() const {
    const auto& k = frobenius_coefficients();
    return {{c0.c0.conjugate(), c0.c1.conjugate() * k[2], c0.c2.conjugate() * k[4]},
            {c1.c0.conjugate() * k[1], c1.c1.conjugate() * k[3], c1.c2.conjugate() * k[5]}};
  }

  // The square of an element whose order divides q^4 - q^2 + 1, in nine squarings (Granger and Scott, eprint 2009/565,
  // section 3.2): with a = A + B w + C w^2 over Fq4 = Fq2[s], s = w^3, it is
  // (3A^2 - 2A') + (3sC^2 + 2B') w + (3B^2 - 2C') w^2, where ' is conjugation of Fq4.
  Fq12 cyclotomic_squared() const {
    const Pair a = square_in_fq4(c0.c0, c1.c1);
    const Pair b = square_in_fq4(c1.c0, c0.c2);
    const Pair c = square_in_fq4(c0.c1, c1.c2);
    return {{triple_less(a.low, c0.c0), triple_less(b.low, c0.c1), triple_less(c.low, c0.c2)},
            {triple_plus(times_xi(c.high), c1.c0), triple_plus(a.high, c1.c1), triple_plus(b.high, c1.c2)}};
  }

 private:
  struct Pair {
    Fq2 low, high;
  };
  static Pair square_in_fq4(const Fq2& low, const Fq2& high) {
    const Fq2 l = low.squared();
    const Fq2 h = high.squared();
    return {l + times_xi(h), (low + high).squared() - l - h};
  }
  static Fq2 triple_less(const Fq2& square, const Fq2& a) { return (square - a).doubled() + square; }
  static Fq2 triple_plus(const Fq2& square, const Fq2& a) { return (square + a).doubled() + square; }
};

}  // namespace assay
