// Small multi-scalar multiplications in G1, with doublings that are shared. Their time tells the scalars: all are public.
#pragma once

#include "curve.hpp"

namespace assay {

// Points whose multiples are called for again and again.
class FixedBases {
 public:
  FixedBases() = default;
  explicit FixedBases(const std::vector<G1>& bases);
  // The sum of scalars[i] times base i; there are as many scalars as bases.
  G1Jacobian sum(const std::vector<Limbs>& scalars) const;

 private:
  std::vector<G1> table_;
};

// a + b lambda modulo r, lambda the cube root of one in bn-parameter.hpp: another value for every pair (a, b). Were two equal,
// then some 0 <= |a|, |b| < 2^64, not both zero, would have a^2 - ab + b^2, the product of a + b lambda and a + b lambda^2,
// divisible by r; but it is above zero and below 3 * 2^128.
struct Coefficient {
  std::uint64_t a, b;
  Fr value() const;
};

// The odd multiples of each point that sum_of_multiples takes, in affine form.
inline constexpr std::size_t ODD_MULTIPLES = 4;
std::vector<G1> odd_multiples(const std::vector<G1>& points, std::size_t count = ODD_MULTIPLES);

// The sum of coefficients[i] times the point whose ODD_MULTIPLES entries begin at table[i * ODD_MULTIPLES].
G1Jacobian sum_of_multiples(const G1* table, const Coefficient* coefficients, std::size_t count);

}  // namespace assay
