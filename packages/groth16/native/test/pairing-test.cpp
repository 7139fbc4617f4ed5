// Self-checks of fields, tower, square roots, pairing, subgroup and small multi-scalar multiplications.
// Usage: pairing-test [seed]
#include "../multiples.hpp"
#include "../pairing.hpp"
#include "../square-root.hpp"
#include "../subgroup-batch.hpp"
#include "expect.hpp"
#include "simulator.hpp"

using namespace assay;
using namespace assay::test;

namespace {

Fq12 pairing(const G1& p, const G2& q) { return final_exponentiation(miller_loop({{p, q}}, {})); }

Fq12 power(const Fq12& base, const Limbs& exponent) {
  Fq12 result = Fq12::one();
  for (int bit = 255; bit >= 0; bit--) {
    result = result.squared();
    if ((exponent[bit / 64] >> (bit % 64)) & 1) result = result * base;
  }
  return result;
}

// Random limbs, many of which are all zeros or all ones.
template <class Modulus>
Limbs any_limbs(Random& random) {
  Limbs limbs;
  do {
    for (auto& limb : limbs) limb = random.below(4) == 0 ? -(random.word() & 1) : random.word();
    limbs[3] >>= 2;
  } while (!less_than(limbs, Modulus::value));
  return limbs;
}

template <class Modulus>
void check_field(Random& random) {
  using F = PrimeField<Modulus>;
  for (int round = 0; round < 20000; round++) {
    const Limbs a = any_limbs<Modulus>(random), b = any_limbs<Modulus>(random);
    expect(montgomery_multiply<Modulus>(a, b) == montgomery_multiply_portable<Modulus>(a, b), "products are those of the plain form");
    const F x{a}, y{b};
    expect(x + y - y == x && x - y + y == x && less_than((x + y).limbs, Modulus::value), "sums and differences are inverse");
    expect((x - y).limbs == (-(y - x)).limbs && (x + (-x)).is_zero(), "negatives cancel");
  }
}

Fq6 any_fq6(Random& random) { return {any_fq2(random), any_fq2(random), any_fq2(random)}; }
Fq12 any_fq12(Random& random) { return {any_fq6(random), any_fq6(random)}; }

void check_tower(Random& random) {
  for (int round = 0; round < 8; round++) {
    const Fq12 a = any_fq12(random), b = any_fq12(random), c = any_fq12(random);
    expect(a * (b * c) == (a * b) * c, "multiplication in Fq12 is associative");
    expect(a.squared() == a * a, "a square is a product");
    expect(a * a.inverse() == Fq12::one(), "an inverse inverts");
    expect(a.frobenius() == power(a, Fq::MODULUS), "Frobenius is the power q");
    const Fq2 l0 = any_fq2(random), l1 = any_fq2(random), l3 = any_fq2(random);
    const Fq6 zero = Fq6::zero();
    expect(a.times_line(l0, l1, l3) == a * Fq12{{l0, zero.c1, zero.c2}, {l1, l3, zero.c2}}, "a line is a factor");
    expect(a.times_unit_line(l1, l3) == a.times_line(Fq2::one(), l1, l3), "a divided line is a line");
  }
}

void check_roots(Random& random) {
  int squares = 0;
  for (int round = 0; round < 400; round++) {
    Fq2 a = any_fq2(random), root;
    if (round % 5 == 0) a.c1 = Fq::zero();
    if (round % 7 == 0) a.c0 = Fq::zero();
    expect(square_root(a.squared(), root) && (root == a || root == -a), "a square in Fq2 has its root");
    Fq base_root;
    expect(square_root(a.c0.squared(), base_root) && (base_root == a.c0 || base_root == -a.c0), "a square in Fq has its root");
    // xi is no square: of a and xi a, exactly one is one.
    if (a.is_zero()) continue;
    expect(square_root(a, root) != square_root(times_xi(a), root), "half of Fq2 has roots");
    squares += square_root(a, root);
  }
  expect(squares > 100, "squares were met");
}

void check_pairing(Random& random) {
  const Fq12 base = pairing(g1_generator(), g2_generator());
  expect(!(base == Fq12::one()), "the pairing is not degenerate");
  expect(power(base, Fr::MODULUS) == Fq12::one(), "its values have order r");
  for (int round = 0; round < 4; round++) {
    const Fr a = random.field<Fr>(), b = random.field<Fr>();
    const G1 p = g1(a);
    const G2 q = g2(b);
    const Fq12 value = pairing(p, q);
    expect(value == power(base, (a * b).canonical()), "the pairing is bilinear");
    expect(value.cyclotomic_squared() == value.squared(), "a cyclotomic square is a square");
    const PreparedG2 prepared(q);
    expect(final_exponentiation(miller_loop({}, {{p, &prepared}})) == value, "prepared lines give the same value");
    const Fq12 both = final_exponentiation(miller_loop({{p, q}, {G1{}, q}}, {{-p, &prepared}, {G1{}, &prepared}}));
    expect(both == Fq12::one(), "a value and its inverse cancel, infinity counts as one");
  }
}

// (2q - r) / 10069: the order of the twist is r(2q - r).
Limbs cofactor_over_10069() {
  Limbs value{};
  std::uint64_t carry = 0, borrow = 0;
  for (int i = 0; i < 4; i++) value[i] = add_carry(Fq::MODULUS[i], Fq::MODULUS[i], carry);
  for (int i = 0; i < 4; i++) value[i] = subtract_borrow(value[i], Fr::MODULUS[i], borrow);
  u128 remainder = 0;
  for (int i = 3; i >= 0; i--) {
    const u128 part = (remainder << 64) | value[i];
    value[i] = static_cast<std::uint64_t>(part / 10069);
    remainder = part % 10069;
  }
  expect(remainder == 0, "10069 divides the cofactor");
  return value;
}

void check_subgroup(Random& random) {
  const Limbs small = cofactor_over_10069();
  for (int round = 0; round < 20; round++) {
    const G2 inside = g2(random.field<Fr>());
    expect(is_on_curve(inside) && is_in_subgroup(inside), "a multiple of the generator is in G2");
    const G2Jacobian outside = G2Jacobian::from(any_twist_point(random));
    expect(is_on_curve(outside.affine()), "a point of the twist is on it");
    expect(is_in_subgroup(outside.affine()) == outside.times(Fr::MODULUS).is_infinity(), "the test is that of order r");
    const G2Jacobian low = outside.times(Fr::MODULUS).times(small);
    if (low.is_infinity()) continue;
    expect(low.times({10069, 0, 0, 0}).is_infinity(), "a point of small order");
    expect(!is_in_subgroup(low.affine()), "a point of small order is not in G2");
    expect(!is_in_subgroup(low.plus(inside).affine()), "nor is its sum with one that is");
  }
  expect(is_in_subgroup(G2{}), "infinity is in G2");
}

void check_subgroup_batch(Random& random) {
  G2 low;
  while (low.is_infinity()) {
    low = G2Jacobian::from(any_twist_point(random)).times(Fr::MODULUS).times(cofactor_over_10069()).affine();
  }
  std::vector<G2> distinct;
  for (int i = 0; i < 64; i++) distinct.push_back(g2(random.field<Fr>()));
  for (const std::size_t count : {0, 1, 20, 1024, 3000}) {
    std::vector<G2> points;
    for (std::size_t i = 0; i < count; i++) points.push_back(i % 9 == 4 ? G2{} : distinct[i * i % 64]);
    expect(are_in_subgroup(points, 2), "all are multiples of the generator");
    for (const std::size_t place : {std::size_t{0}, count / 2, count - 1}) {
      if (place >= count) continue;
      std::vector<G2> changed = points;
      changed[place] = low;
      expect(!are_in_subgroup(changed, 2), "one is of small order");
      changed[place] = G2Jacobian::from(distinct[place % 64]).plus(low).affine();
      expect(!are_in_subgroup(changed, 2), "one is the sum of one in G2 and one of small order");
      changed[place] = any_twist_point(random);
      expect(!are_in_subgroup(changed, 2), "one is of any order");
      if (place == 0) continue;
      changed[place] = low;
      changed[0] = -low;
      expect(!are_in_subgroup(changed, 2), "two of small order add up to infinity");
    }
  }
}

void check_multiples(Random& random) {
  std::vector<G1> bases;
  for (int i = 0; i < 5; i++) bases.push_back(g1(random.field<Fr>()));
  const FixedBases fixed(bases);
  std::vector<std::vector<Limbs>> cases{{5, {0, 0, 0, 0}}, {5, {1, 0, 0, 0}}, {5, {~0ull, ~0ull, ~0ull, ~0ull}}, {}};
  for (int i = 0; i < 5; i++) cases[3].push_back(random.field<Fr>().canonical());
  for (const auto& scalars : cases) {
    G1Jacobian expected;
    for (std::size_t i = 0; i < 5; i++) expected = expected.plus(G1Jacobian::from(bases[i]).times(scalars[i]));
    expect(fixed.sum(scalars).affine() == expected.affine(), "a sum over fixed bases");
  }
  const std::vector<G1> table = odd_multiples(bases);
  const std::vector<Coefficient> coefficients{{0, 0}, {1, 0}, {0, 1}, {~0ull, ~0ull}, {random.word(), random.word()}};
  G1Jacobian expected;
  for (std::size_t i = 0; i < 5; i++) {
    expected = expected.plus(G1Jacobian::from(bases[i]).times(coefficients[i].value().canonical()));
  }
  expect(sum_of_multiples(table.data(), coefficients.data(), 5).affine() == expected.affine(), "a sum of short multiples");
}

}  // namespace

int main(int count, char** arguments) {
  Random random(seed(count, arguments));
  check_field<FqModulus>(random);
  check_field<FrModulus>(random);
  check_tower(random);
  check_roots(random);
  check_pairing(random);
  check_subgroup(random);
  check_subgroup_batch(random);
  check_multiples(random);
  return conclude();
}
