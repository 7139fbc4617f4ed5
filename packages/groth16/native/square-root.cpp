#include "square-root.hpp"

namespace assay {

namespace {

constexpr unsigned WINDOW = 4;

// (q - 3) / 4: q is 3 modulo 4.
constexpr Limbs quarter_of_q_minus_three() {
  Limbs value = Fq::MODULUS;
  value[0] -= 3;
  for (int i = 0; i < 4; i++) value[i] = (value[i] >> 2) | (i < 3 ? value[i + 1] << 62 : 0);
  return value;
}

// a^((q - 3) / 4), by windows of four bits. Times a it is a root of a, or of -a where a has none, and the inverse of that root
// up to the same sign.
Fq power_for_root(const Fq& a) {
  static constexpr Limbs exponent = quarter_of_q_minus_three();
  std::array<Fq, 1 << WINDOW> powers;
  powers[0] = Fq::one();
  for (std::size_t i = 1; i < powers.size(); i++) powers[i] = powers[i - 1] * a;
  Fq result = Fq::one();
  for (int at = 256 - WINDOW; at >= 0; at -= WINDOW) {
    for (unsigned i = 0; i < WINDOW; i++) result = result.squared();
    result = result * powers[(exponent[at / 64] >> (at % 64)) & (powers.size() - 1)];
  }
  return result;
}

Fq halved(const Fq& a) {
  static const Fq half = Fq::from_u64(2).inverse();
  return a * half;
}

}  // namespace

bool square_root(const Fq& a, Fq& root) {
  root = power_for_root(a) * a;
  return root.squared() == a;
}

// With s^2 = c0^2 + c1^2 the root is x + (c1 / 2x) u, where x^2 is t = (c0 + s) / 2, or else (c0 - s) / 2 = -c1^2 / 4t; if x is a
// root of -t, then c1 / 2x is one of the latter. Two powers, and no other inversion.
bool square_root(const Fq2& a, Fq2& root) {
  Fq s;
  if (!square_root(a.c0.squared() + a.c1.squared(), s)) return false;
  Fq t = halved(a.c0 + s);
  if (t.is_zero()) t = halved(a.c0 - s);
  const Fq inverse = power_for_root(t);
  const Fq x = inverse * t;
  const Fq other = halved(a.c1) * inverse;
  // t^((q - 1) / 2) is 1 or -1: in the second case `inverse` is -1 / x.
  root = x.squared() == t ? Fq2{x, other} : Fq2{-other, x};
  return root.squared() == a;
}

}  // namespace assay
