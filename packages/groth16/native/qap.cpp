#include "qap.hpp"

#include "failure.hpp"

namespace assay {

namespace {

// r - 1 is divisible by 2^28 and not by 2^29.
constexpr unsigned TWO_ADICITY = 28;

// The least quadratic non-residue, from which snarkjs takes its roots of unity.
constexpr std::uint64_t NON_RESIDUE = 5;

// (r - 1) / 2^28
constexpr Limbs odd_order() {
  Limbs order{};
  for (int i = 0; i < 4; i++) {
    order[i] = Fr::MODULUS[i] >> TWO_ADICITY;
    if (i < 3) order[i] |= Fr::MODULUS[i + 1] << (64 - TWO_ADICITY);
  }
  return order;
}

// Of order exactly 2^power.
Fr root_of_unity(unsigned power) {
  Fr root = Fr::from_u64(NON_RESIDUE).power(odd_order());
  for (unsigned i = TWO_ADICITY; i > power; i--) root = root.squared();
  return root;
}

// x^(2^power)
Fr power_of_two(Fr x, unsigned power) {
  for (unsigned i = 0; i < power; i++) x = x.squared();
  return x;
}

// factor * L_i(x) for the roots of unity w^i of order 2^power with i = first, first + step, first + 2 * step, ...; x is none of
// them. L_i(x) = w^i / N * (x^N - 1) / (x - w^i).
std::vector<Fr> lagrange_at(const Fr& x, unsigned power, std::size_t first, std::size_t step, const Fr& factor) {
  const std::size_t size = std::size_t{1} << power;
  const Fr root = root_of_unity(power);
  std::vector<Fr> roots(size / step);
  Fr w = root.power({first, 0, 0, 0});
  const Fr advance = root.power({step, 0, 0, 0});
  for (auto& value : roots) {
    value = w;
    w = w * advance;
  }
  std::vector<Fr> inverses(roots.size());
  for (std::size_t i = 0; i < roots.size(); i++) inverses[i] = x - roots[i];
  invert_all(inverses);
  const Fr common = factor * (power_of_two(x, power) - Fr::one()) * Fr::from_u64(size).inverse();
  for (std::size_t i = 0; i < roots.size(); i++) roots[i] = roots[i] * common * inverses[i];
  return roots;
}

void add_row(std::vector<Fr>& sums, std::span<const Term> row, const Fr& lagrange) {
  for (const auto& [wire, coefficient] : row) sums[wire] = sums[wire] + coefficient * lagrange;
}

void require_sound(const ToxicWaste& waste, unsigned power) {
  if (waste.gamma.is_zero() || waste.delta.is_zero()) throw Failure{"MALFORMED_INPUT", "gamma or delta is zero"};
  if (power_of_two(waste.tau, power + 1) == Fr::one()) {
    throw Failure{"MALFORMED_INPUT", "tau is a root of unity of the doubled domain"};
  }
}

}  // namespace

unsigned domain_power(const R1cs& r1cs) {
  const std::size_t rows = r1cs.constraints + r1cs.public_wires();
  unsigned power = 0;
  while ((std::size_t{1} << power) < rows) power++;
  return power;
}

KeyScalars key_scalars(const R1cs& r1cs, const ToxicWaste& waste) {
  const unsigned power = domain_power(r1cs);
  if (power + 1 > TWO_ADICITY) throw Failure{"MALFORMED_R1CS", "the circuit has more constraints than keys can have"};
  require_sound(waste, power);
  const auto lagrange = lagrange_at(waste.tau, power, 0, 1, Fr::one());
  KeyScalars out;
  out.a.resize(r1cs.wires);
  out.b.resize(r1cs.wires);
  std::vector<Fr> combined(r1cs.wires);
  for (std::size_t row = 0; row < r1cs.constraints; row++) {
    add_row(out.a, r1cs.combination(row, Side::a), lagrange[row]);
    add_row(out.b, r1cs.combination(row, Side::b), lagrange[row]);
    add_row(combined, r1cs.combination(row, Side::c), lagrange[row]);
  }
  // A row for each public wire, alone on its left side: without them the polynomials of public wires may be dependent, and a
  // proof could serve for other signals.
  const std::size_t public_wires = r1cs.public_wires();
  for (std::size_t wire = 0; wire < public_wires; wire++) out.a[wire] = out.a[wire] + lagrange[r1cs.constraints + wire];
  const Fr gamma_inverse = waste.gamma.inverse(), delta_inverse = waste.delta.inverse();
  for (std::size_t s = 0; s < combined.size(); s++) {
    const Fr sum = combined[s] + waste.beta * out.a[s] + waste.alpha * out.b[s];
    combined[s] = sum * (s < public_wires ? gamma_inverse : delta_inverse);
  }
  const auto split = combined.begin() + static_cast<std::ptrdiff_t>(public_wires);
  out.ic.assign(combined.begin(), split);
  out.c.assign(split, combined.end());
  out.h = lagrange_at(waste.tau, power + 1, 1, 2, delta_inverse);
  return out;
}

}  // namespace assay
