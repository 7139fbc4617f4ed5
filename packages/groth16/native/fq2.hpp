// The quadratic extension Fq[u] / (u^2 + 1).
#pragma once

#include "field.hpp"

namespace assay {

struct Fq2 {
  static constexpr std::size_t BYTES = 2 * Fq::BYTES;

  Fq c0, c1;

  static constexpr Fq2 zero() { return {}; }
  static constexpr Fq2 one() { return {Fq::one(), Fq::zero()}; }

  // c0 first, each as Fq has it.
  static bool read_montgomery(const std::uint8_t* bytes, Fq2& out) {
    return Fq::read_montgomery(bytes, out.c0) && Fq::read_montgomery(bytes + Fq::BYTES, out.c1);
  }
  void write_montgomery(std::uint8_t* bytes) const {
    c0.write_montgomery(bytes);
    c1.write_montgomery(bytes + Fq::BYTES);
  }

  bool is_zero() const { return c0.is_zero() && c1.is_zero(); }
  friend bool operator==(const Fq2& a, const Fq2& b) { return a.c0 == b.c0 && a.c1 == b.c1; }

  friend Fq2 operator+(const Fq2& a, const Fq2& b) { return {a.c0 + b.c0, a.c1 + b.c1}; }
  friend Fq2 operator-(const Fq2& a, const Fq2& b) { return {a.c0 - b.c0, a.c1 - b.c1}; }
  // Karatsuba: three products.
  friend Fq2 operator*(const Fq2& a, const Fq2& b) {
    const Fq low = a.c0 * b.c0;
    const Fq high = a.c1 * b.c1;
    return {low - high, (a.c0 + a.c1) * (b.c0 + b.c1) - low - high};
  }
  friend Fq2 operator*(const Fq2& a, const Fq& b) { return {a.c0 * b, a.c1 * b}; }
  Fq2 operator-() const { return {-c0, -c1}; }
  Fq2 doubled() const { return {c0.doubled(), c1.doubled()}; }
  // (c0 + c1)(c0 - c1) + 2 c0 c1 u: two products.
  Fq2 squared() const { return {(c0 + c1) * (c0 - c1), (c0 * c1).doubled()}; }
  Fq2 conjugate() const { return {c0, -c1}; }
  // Zero for zero.
  Fq2 inverse() const {
    const Fq norm = (c0.squared() + c1.squared()).inverse();
    return {c0 * norm, -(c1 * norm)};
  }
};

}  // namespace assay
