// Vectors against single elements: products, differences, reductions, memory, inversion; the transform and sums of rows against
// their definitions.
// Usage: vectors-test [seed]
#include <algorithm>
#include <random>

#include "../row-sums.hpp"
#include "../transform.hpp"
#include "expect.hpp"

using namespace assay;
using namespace assay::test;

namespace {

std::mt19937_64 engine;

// A canonical number: at random, or near an end of the field, of a limb of 52 bits or of a word.
template <class Scalar>
Scalar pick() {
  const auto near = [](Limbs value) {
    const std::uint64_t step = engine() % 3;
    return step == 0 ? add_mod(value, {1, 0, 0, 0}, Scalar::MODULUS)
                     : step == 1 ? value : subtract_mod(value, {1, 0, 0, 0}, Scalar::MODULUS);
  };
  switch (engine() % 4) {
    case 0: return Scalar{near({})};
    case 1: {
      const unsigned bit = static_cast<unsigned>(engine() % 253);
      Limbs power{};
      power[bit / 64] = std::uint64_t{1} << (bit % 64);
      return Scalar{near(power)};
    }
    default: return Scalar{reduce_once({engine(), engine(), engine(), engine() >> 3}, Scalar::MODULUS)};
  }
}

template <class V>
struct Elements {
  using Scalar = typename V::Field;
  Scalar values[V::WIDTH];

  V load() const {
    std::uint64_t words[V::WIDTH][V::WORDS];
    std::uint64_t* at[V::WIDTH];
    for (std::size_t i = 0; i < V::WIDTH; i++) V::write(values[i], at[i] = words[i]);
    return V::load(at, 0);
  }
  static Elements store(const V& canonical) {
    std::uint64_t words[V::WIDTH][V::WORDS];
    std::uint64_t* at[V::WIDTH];
    for (std::size_t i = 0; i < V::WIDTH; i++) at[i] = words[i];
    canonical.store(at, 0);
    Elements out;
    for (std::size_t i = 0; i < V::WIDTH; i++) out.values[i] = V::read(words[i]);
    return out;
  }
};

template <class V, class Expected>
void expect_each(const V& canonical, const char* what, const Expected& expected) {
  const auto got = Elements<V>::store(canonical);
  for (std::size_t i = 0; i < V::WIDTH; i++) expect(got.values[i] == expected(i), what);
}

template <class V, class Pick>
void check_vectors(const Pick& pick_one) {
  for (int round = 0; round < 2000; round++) {
    Elements<V> a, b;
    for (auto* elements : {&a, &b}) {
      for (auto& value : elements->values) value = pick_one();
    }
    if (round % 3 == 0) b.values[0] = a.values[0];
    const V x = a.load(), y = b.load();
    expect_each(x.template canonical<2>(), "memory", [&](std::size_t i) { return a.values[i]; });
    expect_each((x * y).template canonical<2>(), "a product", [&](std::size_t i) { return a.values[i] * b.values[i]; });
    expect_each(x.squared().template canonical<2>(), "a square", [&](std::size_t i) { return a.values[i].squared(); });
    expect_each((x + y).template canonical<2>(), "a sum", [&](std::size_t i) { return a.values[i] + b.values[i]; });
    expect_each(V::template difference<1>(x, y).template canonical<2>(), "a difference",
                [&](std::size_t i) { return a.values[i] - b.values[i]; });
    // At the largest bounds that a product takes of them.
    const V wide = V::template difference<2>(x + x, y + y);
    expect_each((wide * V::template difference<1>(x, y)).template canonical<2>(), "a product of wide factors",
                [&](std::size_t i) { return (a.values[i] - b.values[i]).doubled() * (a.values[i] - b.values[i]); });
    expect_each((wide + wide).template canonical<8>(), "a reduction",
                [&](std::size_t i) { return (a.values[i] - b.values[i]).doubled().doubled(); });
    const auto negative = static_cast<typename V::Mask>(round & V::ALL);
    expect_each(V::sum_or_difference(V::template multiple<1>() + x, y, negative).template canonical<4>(), "a sum or difference",
                [&](std::size_t i) { return (negative >> i) & 1 ? a.values[i] - b.values[i] : a.values[i] + b.values[i]; });
    const auto equal = V::equal(x, y);
    const auto zero = x.zero_mask();
    for (std::size_t i = 0; i < V::WIDTH; i++) {
      expect(((equal >> i) & 1) == (a.values[i] == b.values[i]), "equality");
      expect(((zero >> i) & 1) == a.values[i].is_zero(), "zero");
      if (a.values[i].is_zero()) a.values[i] = V::Field::one();
    }
    expect_each(V::inverse(a.load()).template canonical<2>(), "an inverse", [&](std::size_t i) { return a.values[i].inverse(); });
  }
}

// What sums of points are made of, at the ends of what it may take: `minus_square_and` and `product_less` bring their results near.
template <class V, class Pick>
void check_steps(const Pick& pick_one) {
  for (int round = 0; round < 2000; round++) {
    Elements<V> a, b, c;
    for (auto* elements : {&a, &b, &c}) {
      for (auto& value : elements->values) value = pick_one();
    }
    const V x = a.load(), y = b.load(), z = c.load(), zero = V::zero();
    // A factor near 2, and a rest from nearly -3 to 3.
    const V wide = V::template multiple<1>() + x;
    const V low = V::loose_difference(y, V::template multiple<2>() + z);
    const V high = V::loose_difference(V::template multiple<2>() + y, z);
    for (const V& rest : {low, high}) {
      const V minus = V::minus_square_and(wide, rest);
      expect_each(V::template difference<4>(zero, minus).template canonical<4>(), "a square and a rest",
                  [&](std::size_t i) { return a.values[i].squared() + b.values[i] - c.values[i]; });
      // The result is taken in turn for as long as sums grow.
      const V again = V::minus_square_and(y, V::loose_difference(minus, V::template multiple<2>() + z));
      expect_each(again.template canonical<4>(), "a rest that was a result", [&](std::size_t i) {
        return a.values[i].squared() + b.values[i] - c.values[i] + c.values[i] - b.values[i].squared();
      });
    }
    V less = V::product_less(wide, y, V::template multiple<2>() + z);
    auto expected = [&](std::size_t i) { return a.values[i] * b.values[i] - c.values[i]; };
    expect_each(less.template canonical<4>(), "a product less a number", expected);
    less = V::product_less(x, y, less);
    expect_each(less.template canonical<4>(), "a product less a result",
                [&](std::size_t i) { return a.values[i] * b.values[i] - expected(i); });
    expect_each(V::sum_or_difference(less, x, V::ALL).template canonical<4>(), "a result less a number",
                [&](std::size_t i) { return a.values[i] * b.values[i] - expected(i) - a.values[i]; });
  }
}

// Steps of transforms, at the bounds that they come to.
template <class V>
void check_butterfly() {
  for (int round = 0; round < 500; round++) {
    Elements<V> a, b, c;
    for (auto* elements : {&a, &b, &c}) {
      for (auto& value : elements->values) value = pick<typename V::Field>();
    }
    V low = V::template multiple<60>() + a.load(), high = V::template multiple<60>() + b.load();
    V::butterfly(low, high, c.load());
    expect_each(low.template canonical<64>(), "a sum", [&](std::size_t i) { return a.values[i] + b.values[i] * c.values[i]; });
    expect_each(high.template canonical<64>(), "a difference", [&](std::size_t i) { return a.values[i] - b.values[i] * c.values[i]; });
  }
}

// Rows of every length up to more than are reduced at a time, empty ones, and rows that are those of another matrix.
template <class V>
void check_row_sums() {
  constexpr std::size_t ROWS = 64, WIRES = 50;
  Matrix left, right;
  left.starts.push_back(0);
  right.starts.push_back(0);
  WipedVector<Limbs> witness(WIRES);
  for (Limbs& value : witness) value = pick<Fr>().limbs;
  std::vector<Fr> expected(2 * ROWS);
  const auto add_row = [&](Matrix& matrix, const std::vector<std::pair<std::uint32_t, Fr>>& terms) {
    Fr& sum = expected[(&matrix == &left ? 0 : ROWS) + matrix.starts.size() - 1];
    for (const auto& [wire, coefficient] : terms) {
      matrix.wires.push_back(wire);
      matrix.coefficients.push_back(coefficient);
      sum = sum + coefficient * Fr::from_canonical(witness[wire]);
    }
    matrix.starts.push_back(static_cast<std::uint32_t>(matrix.wires.size()));
  };
  for (std::size_t row = 0; row < ROWS; row++) {
    std::vector<std::pair<std::uint32_t, Fr>> terms(engine() % 4 == 0 ? 300 : engine() % 5);
    for (auto& [wire, coefficient] : terms) {
      wire = static_cast<std::uint32_t>(engine() % WIRES);
      coefficient = engine() % 3 == 0 ? Fr::one() : pick<Fr>();
    }
    add_row(left, terms);
    if (engine() % 2 == 0) {
      std::shuffle(terms.begin(), terms.end(), engine);
    } else if (!terms.empty()) {
      terms.pop_back();
    }
    add_row(right, terms);
  }
  const RowSums<V> sums{std::array<const Matrix*, 2>{&left, &right}};
  const WipedVector<Limbs> values = sums.values(witness, 2);
  for (std::size_t row = 0; row < 2 * ROWS; row++) expect(V::read(values[row].data()) == expected[row], "the sum of a row");
}

// The quotient from transforms against evaluation at every point.
template <class V>
void check_transform(std::size_t size) {
  const Transform<V> transform{size};
  unsigned power = 0;
  while ((std::size_t{1} << power) < size) power++;
  const Fr root = root_of_unity(power), shift = root_of_unity(power + 1);
  expect(shift.squared() == root && root.power({size / 2, 0, 0, 0}) == -Fr::one(), "roots of unity");
  typename Transform<V>::Vectors vectors[3];
  std::vector<Fr> expected[3];
  for (int k = 0; k < 3; k++) {
    WipedVector<Limbs> values(size);
    WipedVector<Limbs> words(size);
    for (std::size_t i = 0; i < size; i++) {
      values[i] = pick<Fr>().limbs;
      V::write(Fr::from_canonical(values[i]), words[i].data());
    }
    std::vector<Fr> coefficients(size);
    const auto evaluate = [&](const auto& terms, const Fr& point) {
      Fr sum;
      for (std::size_t i = size; i-- > 0;) sum = sum * point + terms(i);
      return sum;
    };
    const Fr over_size = Fr::from_u64(size).inverse();
    for (std::size_t i = 0; i < size; i++) {
      coefficients[i] = over_size * evaluate([&](std::size_t j) { return Fr::from_canonical(values[j]); },
                                             root.inverse().power({i, 0, 0, 0}));
    }
    for (std::size_t i = 0; i < size; i++) {
      expected[k].push_back(evaluate([&](std::size_t j) { return coefficients[j]; }, shift.power({2 * i + 1, 0, 0, 0})));
    }
    vectors[k] = transform.read(words);
    transform.to_odd_powers(vectors[k]);
  }
  const auto quotient = transform.quotient(vectors[0], vectors[1], vectors[2]);
  for (std::size_t i = 0; i < size; i++) {
    expect(Fr::from_canonical(quotient[i]) == expected[0][i] * expected[1][i] - expected[2][i], "a quotient");
  }
}

}  // namespace

int main(int count, char** arguments) {
  engine.seed(seed(count, arguments));
  check_vectors<FqVector>(pick<Fq>);
  check_vectors<FrVector>(pick<Fr>);
  check_vectors<Fq2Vector>([] { return Fq2{pick<Fq>(), pick<Fq>()}; });
  check_steps<FqVector>(pick<Fq>);
  check_steps<Fq2Vector>([] { return Fq2{pick<Fq>(), pick<Fq>()}; });
  check_butterfly<FqVector>();
  check_butterfly<FrVector>();
  check_row_sums<FrVector>();
  check_row_sums<Single<FrModulus>>();
  for (const std::size_t size : {16, 32, 64, 256}) check_transform<FrVector>(size);
  for (const std::size_t size : {2, 4, 8, 128}) check_transform<Single<FrModulus>>(size);
  return conclude();
}
