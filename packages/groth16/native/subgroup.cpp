#include "subgroup.hpp"

#include "bn-parameter.hpp"
#include "signed-digits.hpp"
#include "tower.hpp"

namespace assay {

namespace {

constexpr auto X_DIGITS = signed_digits<64>(BN_X, 2);

G2Jacobian times_x(const G2& point) {
  const G2 negated = -point;
  G2Jacobian result;
  for (std::size_t i = X_DIGITS.size(); i-- > 0;) {
    result = result.doubled();
    if (X_DIGITS[i] != 0) result = result.plus(X_DIGITS[i] > 0 ? point : negated);
  }
  return result;
}

// (x, y) -> (x^q xi^((q-1)/3), y^q xi^((q-1)/2))
G2Jacobian twisted_frobenius(const G2Jacobian& point) {
  const auto& k = frobenius_coefficients();
  return {point.x.conjugate() * k[2], point.y.conjugate() * k[3], point.z.conjugate()};
}

}  // namespace

const Fq2& twist_coefficient() {
  static const Fq2 coefficient = times_xi(Fq2::one()).inverse() * Fq::from_u64(3);
  return coefficient;
}

bool is_on_curve(const G2& point) {
  return point.y.squared() == point.x.squared() * point.x + twist_coefficient();
}

G2 twisted_frobenius(const G2& point) {
  const auto& k = frobenius_coefficients();
  return {point.x.conjugate() * k[2], point.y.conjugate() * k[3]};
}

// [x + 1]P + psi([x]P) + psi^2([x]P) = psi^3([2x]P) (Dai, Lin, Zhao, Zhou, eprint 2022/348, section 5.1). psi is q on G2, where
// it holds. Modulo psi^2 - t psi + q, which is zero on the whole twist, the difference of both sides is A + B psi; whatever it
// sends to infinity has an order that divides A^2 + tAB + qB^2, which has no factor in common with the cofactor 2q - r.
bool is_in_subgroup(const G2& point) {
  const G2Jacobian multiple = times_x(point);
  const G2Jacobian once = twisted_frobenius(multiple);
  const G2Jacobian twice = twisted_frobenius(once);
  const G2Jacobian thrice = twisted_frobenius(twice.doubled());
  return multiple.plus(point).plus(once).plus(twice).plus(-thrice).is_infinity();
}

}  // namespace assay
