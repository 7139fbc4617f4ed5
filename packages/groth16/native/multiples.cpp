#include "multiples.hpp"

#include "bn-parameter.hpp"
#include "signed-digits.hpp"

namespace assay {

namespace {

constexpr std::size_t DIGITS = 65;
using Digits = std::array<std::int8_t, DIGITS>;

// A fixed base has tables of itself times 2^0, 2^64, 2^128 and 2^192: 64 doublings do for 256 bits.
constexpr std::size_t SEGMENTS = 4;
constexpr unsigned FIXED_WIDTH = 6;
constexpr std::size_t FIXED_ODD_MULTIPLES = std::size_t{1} << (FIXED_WIDTH - 2);

constexpr unsigned WIDTH = 4;
static_assert(ODD_MULTIPLES == std::size_t{1} << (WIDTH - 2));

// digits[k] belongs to the multiples that begin at tables[k].
G1Jacobian sum_of_digits(const std::vector<Digits>& digits, const std::vector<const G1*>& tables) {
  G1Jacobian sum;
  for (std::size_t i = DIGITS; i-- > 0;) {
    sum = sum.doubled();
    for (std::size_t k = 0; k < digits.size(); k++) {
      const std::int8_t digit = digits[k][i];
      if (digit == 0) continue;
      const G1& entry = tables[k][odd_index(digit)];
      sum = sum.plus(digit > 0 ? entry : -entry);
    }
  }
  return sum;
}

}  // namespace

FixedBases::FixedBases(const std::vector<G1>& bases) {
  std::vector<G1Jacobian> segments;
  for (const G1& base : bases) {
    G1Jacobian point = G1Jacobian::from(base);
    for (std::size_t segment = 0; segment < SEGMENTS; segment++) {
      segments.push_back(point);
      for (int i = 0; i < 64; i++) point = point.doubled();
    }
  }
  table_ = odd_multiples(to_affine(segments), FIXED_ODD_MULTIPLES);
}

G1Jacobian FixedBases::sum(const std::vector<Limbs>& scalars) const {
  std::vector<Digits> digits;
  std::vector<const G1*> tables;
  for (std::size_t i = 0; i < scalars.size(); i++) {
    for (std::size_t segment = 0; segment < SEGMENTS; segment++) {
      if (scalars[i][segment] == 0) continue;
      digits.push_back(signed_digits<DIGITS>(scalars[i][segment], FIXED_WIDTH));
      tables.push_back(&table_[(i * SEGMENTS + segment) * FIXED_ODD_MULTIPLES]);
    }
  }
  return sum_of_digits(digits, tables);
}

Fr Coefficient::value() const { return Fr::from_u64(a) + Fr::from_u64(b) * cube_root_of_one(); }

std::vector<G1> odd_multiples(const std::vector<G1>& points, std::size_t count) {
  std::vector<G1Jacobian> multiples;
  multiples.reserve(points.size() * count);
  for (const G1& point : points) {
    G1Jacobian multiple = G1Jacobian::from(point);
    const G1Jacobian twice = multiple.doubled();
    for (std::size_t i = 0; i < count; i++) {
      multiples.push_back(multiple);
      multiple = multiple.plus(twice);
    }
  }
  return to_affine(multiples);
}

G1Jacobian sum_of_multiples(const G1* table, const Coefficient* coefficients, std::size_t count) {
  std::vector<G1> turned(table, table + count * ODD_MULTIPLES);
  for (G1& point : turned) point.x = point.x * cube_root_of_one_in_fq();
  std::vector<Digits> digits;
  std::vector<const G1*> tables;
  for (std::size_t i = 0; i < count; i++) {
    digits.push_back(signed_digits<DIGITS>(coefficients[i].a, WIDTH));
    tables.push_back(table + i * ODD_MULTIPLES);
    digits.push_back(signed_digits<DIGITS>(coefficients[i].b, WIDTH));
    tables.push_back(turned.data() + i * ODD_MULTIPLES);
  }
  return sum_of_digits(digits, tables);
}

}  // namespace assay
