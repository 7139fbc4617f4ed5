// Points of y^2 = x^3 + b over Fq (G1) or Fq2 (G2); no formula here depends on b.
#pragma once

#include "fq2.hpp"

namespace assay {

// Infinity is (0, 0), which is on neither curve.
template <class F>
struct Affine {
  static constexpr std::size_t BYTES = 2 * F::BYTES;

  F x, y;

  bool is_infinity() const { return x.is_zero() && y.is_zero(); }
  Affine operator-() const { return {x, -y}; }
  friend bool operator==(const Affine& a, const Affine& b) { return a.x == b.x && a.y == b.y; }

  // As in a `.zkey` file: false for a coordinate that is not canonical. The point may still be off its curve.
  static bool read_montgomery(const std::uint8_t* bytes, Affine& out) {
    return F::read_montgomery(bytes, out.x) && F::read_montgomery(bytes + F::BYTES, out.y);
  }
  void write_montgomery(std::uint8_t* bytes) const {
    x.write_montgomery(bytes);
    y.write_montgomery(bytes + F::BYTES);
  }
};

// (x / z^2, y / z^3); infinity has z = 0. Formulas: Bernstein and Lange, explicit-formulas database, short Weierstrass curves
// with a = 0, Jacobian coordinates. Exact for all operands, equal, opposite or infinite ones included.
template <class F>
struct Jacobian {
  F x = F::one(), y = F::one(), z = F::zero();

  static Jacobian infinity() { return {}; }
  static Jacobian from(const Affine<F>& p) {
    return p.is_infinity() ? Jacobian{} : Jacobian{p.x, p.y, F::one()};
  }
  bool is_infinity() const { return z.is_zero(); }
  Jacobian operator-() const { return {x, -y, z}; }

  // dbl-2009-l
  Jacobian doubled() const {
    if (is_infinity()) return *this;
    const F a = x.squared();
    const F b = y.squared();
    const F c = b.squared();
    const F d = ((x + b).squared() - a - c).doubled();
    const F e = a.doubled() + a;
    const F x3 = e.squared() - d.doubled();
    const F y3 = e * (d - x3) - c.doubled().doubled().doubled();
    return {x3, y3, (y * z).doubled()};
  }

  // madd-2007-bl
  Jacobian plus(const Affine<F>& p) const {
    if (p.is_infinity()) return *this;
    if (is_infinity()) return from(p);
    const F z1z1 = z.squared();
    const F h = p.x * z1z1 - x;
    const F s = p.y * z * z1z1 - y;
    if (h.is_zero()) return s.is_zero() ? doubled() : Jacobian{};
    const F hh = h.squared();
    const F i = hh.doubled().doubled();
    const F j = h * i;
    const F r = s.doubled();
    const F v = x * i;
    const F x3 = r.squared() - j - v.doubled();
    const F y3 = r * (v - x3) - (y * j).doubled();
    return {x3, y3, (z + h).squared() - z1z1 - hh};
  }

  // add-2007-bl
  Jacobian plus(const Jacobian& p) const {
    if (p.is_infinity()) return *this;
    if (is_infinity()) return p;
    const F z1z1 = z.squared();
    const F z2z2 = p.z.squared();
    const F u1 = x * z2z2;
    const F s1 = y * p.z * z2z2;
    const F h = p.x * z1z1 - u1;
    const F s = p.y * z * z1z1 - s1;
    if (h.is_zero()) return s.is_zero() ? doubled() : Jacobian{};
    const F i = h.doubled().squared();
    const F j = h * i;
    const F r = s.doubled();
    const F v = u1 * i;
    const F x3 = r.squared() - j - v.doubled();
    const F y3 = r * (v - x3) - (s1 * j).doubled();
    return {x3, y3, ((z + p.z).squared() - z1z1 - z2z2) * h};
  }

  // The multiple by a 256-bit integer; its time tells the integer.
  Jacobian times(const Limbs& scalar) const {
    Jacobian result;
    for (int bit = 255; bit >= 0; bit--) {
      result = result.doubled();
      if ((scalar[bit / 64] >> (bit % 64)) & 1) result = result.plus(*this);
    }
    return result;
  }

  Affine<F> affine() const {
    if (is_infinity()) return {};
    const F inverse = z.inverse();
    const F square = inverse.squared();
    return {x * square, y * square * inverse};
  }
};

// The affine form of every point, with one inversion.
template <class F>
std::vector<Affine<F>> to_affine(const std::vector<Jacobian<F>>& points) {
  std::vector<F> inverses(points.size());
  for (std::size_t i = 0; i < points.size(); i++) inverses[i] = points[i].z;
  invert_all(inverses);
  std::vector<Affine<F>> out(points.size());
  for (std::size_t i = 0; i < points.size(); i++) {
    const F square = inverses[i].squared();
    out[i] = {points[i].x * square, points[i].y * square * inverses[i]};
  }
  return out;
}

using G1 = Affine<Fq>;
using G2 = Affine<Fq2>;
using G1Jacobian = Jacobian<Fq>;
using G2Jacobian = Jacobian<Fq2>;

inline G1 g1_generator() { return {Fq::one(), Fq::from_u64(2)}; }

// y^2 = x^3 + 3
inline bool is_on_curve(const G1& p) { return p.y.squared() == p.x.squared() * p.x + Fq::from_u64(3); }

}  // namespace assay
