// The parameter of BN254 and what follows from it.
#pragma once

#include "field.hpp"

namespace assay {

// x: q = 36x^4 + 36x^3 + 24x^2 + 6x + 1 and r = q - 6x^2 (Barreto and Naehrig, eprint 2005/133).
inline constexpr std::uint64_t BN_X = 4965661367192848881;

// (q - 1) / 6, by whose powers Frobenius moves what is twisted: 6 divides q - 1.
constexpr Limbs sixth_of_q_minus_one() {
  Limbs value = Fq::MODULUS;
  value[0] -= 1;
  u128 remainder = 0;
  for (int i = 3; i >= 0; i--) {
    const u128 part = (remainder << 64) | value[i];
    value[i] = static_cast<std::uint64_t>(part / 6);
    remainder = part % 6;
  }
  return value;
}

// lambda = 36x^3 + 18x^2 + 6x + 1, a root of z^2 + z + 1 modulo r.
inline const Fr& cube_root_of_one() {
  static const Fr root = [] {
    const Fr x = Fr::from_u64(BN_X);
    return ((Fr::from_u64(36) * x + Fr::from_u64(18)) * x + Fr::from_u64(6)) * x + Fr::one();
  }();
  return root;
}

// beta = 18x^3 + 18x^2 + 9x + 1, a root of z^2 + z + 1 modulo q: (beta x, y) is lambda times the point (x, y) of G1 (Gallant,
// Lambert, Vanstone, CRYPTO 2001, example 4).
inline const Fq& cube_root_of_one_in_fq() {
  static const Fq root = [] {
    const Fq x = Fq::from_u64(BN_X);
    return ((Fq::from_u64(18) * x + Fq::from_u64(18)) * x + Fq::from_u64(9)) * x + Fq::one();
  }();
  return root;
}

}  // namespace assay
