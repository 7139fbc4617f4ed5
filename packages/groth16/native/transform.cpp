#include "transform.hpp"

#include <bit>

namespace assay {

namespace {

// Below this length a run of vectors lies in the first-level cache, and recursion gains nothing.
constexpr std::size_t SHORT = 64;

std::size_t reverse_bits(std::size_t value, unsigned bits) {
  std::size_t reversed = 0;
  for (unsigned bit = 0; bit < bits; bit++) reversed |= ((value >> bit) & 1) << (bits - 1 - bit);
  return reversed;
}

#if defined(__AVX512IFMA__)

// Steps across lanes pair elements of one vector, so that two vectors take such a step together.
template <std::size_t DISTANCE>
struct AcrossStep {
  using Index = std::array<long long, 8>;

  // Lanes of two vectors exchanged so that those that are paired stand in the same lane of `low` and `high`: the lanes whose number has
  // the bit DISTANCE clear, and those that have it set. It is its own inverse.
  [[gnu::always_inline]] static void exchange(FrVector& low, FrVector& high) {
    // Lanes of `low` are numbered from 0, those of `high` from 8.
    static constexpr Index CLEAR = index([](std::size_t lane) { return lane & DISTANCE ? (lane & ~DISTANCE) | 8 : lane; });
    static constexpr Index SET = index([](std::size_t lane) { return lane & DISTANCE ? lane | 8 : lane | DISTANCE; });
    const __m512i clear = _mm512_loadu_si512(CLEAR.data()), set = _mm512_loadu_si512(SET.data());
#pragma GCC unroll 5
    for (int i = 0; i < 5; i++) {
      const __m512i a = low.limb[i], b = high.limb[i];
      low.limb[i] = _mm512_permutex2var_epi64(a, clear, b);
      high.limb[i] = _mm512_permutex2var_epi64(a, set, b);
    }
  }

  // The factors of a pair of vectors once it is exchanged, of those by block.
  [[gnu::always_inline]] static FrVector factors(const WipedVector<FrVector>& by_block, std::size_t pair) {
    // A vector has so many blocks in this step.
    constexpr std::size_t BLOCKS = 4 / DISTANCE;
    static constexpr Index PLACES = index([](std::size_t lane) { return (lane & DISTANCE ? BLOCKS : 0) + lane / (2 * DISTANCE); });
    const std::size_t first = 2 * pair * BLOCKS;
    const __m512i places = _mm512_add_epi64(_mm512_loadu_si512(PLACES.data()), _mm512_set1_epi64(static_cast<long long>(first % 8)));
    return FrVector::permuted(by_block[first / 8], places);
  }

 private:
  template <class Place>
  static constexpr Index index(const Place& place) {
    Index out{};
    for (std::size_t lane = 0; lane < 8; lane++) out[lane] = static_cast<long long>(place(lane));
    return out;
  }
};

template <std::size_t DISTANCE>
[[gnu::always_inline]] inline void step_across(FrVector& low, FrVector& high, const FrVector& factors) {
  AcrossStep<DISTANCE>::exchange(low, high);
  FrVector::butterfly(low, high, factors);
  AcrossStep<DISTANCE>::exchange(low, high);
}

void inverse_across(WipedVector<FrVector>& values, const WipedVector<FrVector>& by_block) {
  for (std::size_t pair = 0; pair < values.size() / 2; pair++) {
    FrVector &low = values[2 * pair], &high = values[2 * pair + 1];
    step_across<4>(low, high, AcrossStep<4>::factors(by_block, pair));
    step_across<2>(low, high, AcrossStep<2>::factors(by_block, pair));
    step_across<1>(low, high, AcrossStep<1>::factors(by_block, pair));
  }
}
void forward_across(WipedVector<FrVector>& values, const WipedVector<FrVector>& points) {
  for (std::size_t pair = 0; pair < values.size() / 2; pair++) {
    FrVector &low = values[2 * pair], &high = values[2 * pair + 1];
    step_across<1>(low, high, points[0]);
    step_across<2>(low, high, points[1]);
    step_across<4>(low, high, points[2]);
  }
}

#endif

// A vector of one element has none.
using Singles = WipedVector<Single<FrModulus>>;
void inverse_across(Singles&, const Singles&) {}
void forward_across(Singles&, const Singles&) {}

// A vector for each place, from the element of each lane.
template <class V, class Element>
WipedVector<V> fill(std::size_t vectors, const Element& element) {
  WipedVector<V> out(vectors);
  std::uint64_t words[V::WIDTH][V::WORDS];
  std::uint64_t* at[V::WIDTH];
  for (std::size_t lane = 0; lane < V::WIDTH; lane++) at[lane] = words[lane];
  for (std::size_t v = 0; v < vectors; v++) {
    for (std::size_t lane = 0; lane < V::WIDTH; lane++) V::write(element(v * V::WIDTH + lane), words[lane]);
    out[v] = V::load(at, 0);
  }
  return out;
}

std::vector<Fr> powers_of(const Fr& root, std::size_t count) {
  std::vector<Fr> powers(count);
  Fr power = Fr::one();
  for (Fr& place : powers) {
    place = power;
    power = power * root;
  }
  return powers;
}

}  // namespace

Fr root_of_unity(unsigned power) {
  // 5 is the smallest number that is no square modulo r; r - 1 = 2^28 * odd.
  Limbs exponent = subtract_mod(Fr::MODULUS, {1, 0, 0, 0}, {});
  for (unsigned i = 0; i < 28; i++) {
    for (int limb = 0; limb < 4; limb++) exponent[limb] = (exponent[limb] >> 1) | (limb < 3 ? exponent[limb + 1] << 63 : 0);
  }
  Fr root = Fr::from_u64(5).power(exponent);
  for (unsigned i = power; i < 28; i++) root = root.squared();
  return root;
}

template <class V>
Transform<V>::Transform(std::size_t size) : size_{size} {
  const unsigned power = static_cast<unsigned>(std::bit_width(size) - 1);
  const std::vector<Fr> inverses = powers_of(root_of_unity(power).inverse(), std::max(size / 2, V::WIDTH));
  inverse_ = fill<V>((size / 2 + V::WIDTH - 1) / V::WIDTH, [&](std::size_t block) {
    return inverses[reverse_bits(block, power - 1)];
  });
  // A polynomial's value at x is that of its even half at x^2 and x times that of its odd half: in blocks of 2 half the points are the
  // odd powers of a root of order 4 half, of which the upper half is the lower one negated.
  const std::vector<Fr> powers = powers_of(root_of_unity(power + 1), size);
  const auto point = [&](std::size_t half, std::size_t i) { return powers[size / (2 * half) * (2 * i + 1)]; };
  forward_ = Vectors(vectors());
  for (std::size_t half = 1; half < vectors(); half *= 2) {
    const Vectors points = fill<V>(half, [&](std::size_t i) { return point(half * V::WIDTH, i); });
    std::copy(points.begin(), points.end(), forward_.begin() + static_cast<std::ptrdiff_t>(half));
  }
  for (std::size_t distance = 1; distance < V::WIDTH; distance *= 2) {
    forward_across_.push_back(fill<V>(1, [&](std::size_t lane) { return point(distance, lane % distance); })[0]);
  }
  scale_ = fill<V>(1, [&](std::size_t) { return Fr::from_u64(size).inverse(); })[0];
}

template <class V>
typename Transform<V>::Vectors Transform<V>::read(std::span<const Limbs> values) const {
  Vectors out(vectors());
  const std::uint64_t* at[V::WIDTH];
  for (std::size_t v = 0; v < vectors(); v++) {
    for (std::size_t lane = 0; lane < V::WIDTH; lane++) at[lane] = values[v * V::WIDTH + lane].data();
    out[v] = V::load(at, 0);
  }
  return out;
}

// Of a polynomial modulo x^2h - f^2 the remainders modulo x^h - f and x^h + f, and so on down to its values: from far pairs to near
// ones, the results in bit-reversed order. Values on the powers of w, taken for coefficients, give coefficients times the size.
template <class V>
void Transform<V>::inverse(Vectors& values) const {
  inverse_within(values.data(), vectors(), 0);
  inverse_across(values, inverse_);
}

template <class V>
void Transform<V>::inverse_within(V* values, std::size_t length, std::size_t block) const {
  std::size_t blocks = 1;
  for (std::size_t run = length; run >= 2; run /= 2, blocks *= 2, block *= 2) {
    const std::size_t half = run / 2;
    for (std::size_t b = 0; b < blocks; b++) {
      const V factor = inverse_factor(block + b);
      V* const first = values + b * run;
      for (std::size_t i = 0; i < half; i++) V::butterfly(first[i], first[half + i], factor);
    }
    // What follows stays within each half: finish one while it is near.
    if (half > SHORT) {
      for (std::size_t b = 0; b < 2; b++) inverse_within(values + b * half, half, 2 * block + b);
      return;
    }
  }
}

// From near pairs to far ones, from bit-reversed order to the natural one.
template <class V>
void Transform<V>::forward(Vectors& values) const {
  forward_across(values, forward_across_);
  forward_within(values.data(), vectors());
}

template <class V>
void Transform<V>::forward_within(V* values, std::size_t length) const {
  std::size_t run = 2;
  if (length / 2 > SHORT) {
    forward_within(values, length / 2);
    forward_within(values + length / 2, length / 2);
    run = length;
  }
  for (; run <= length; run *= 2) {
    const std::size_t half = run / 2;
    const V* const points = &forward_[half];
    for (std::size_t first = 0; first < length; first += run) {
      for (std::size_t i = 0; i < half; i++) V::butterfly(values[first + i], values[first + half + i], points[i]);
    }
  }
}

template <class V>
void Transform<V>::to_odd_powers(Vectors& values) const {
  inverse(values);
  for (V& value : values) value = value * scale_;
  forward(values);
}

template <class V>
WipedVector<Limbs> Transform<V>::quotient(const Vectors& a, const Vectors& b, const Vectors& c) const {
  WipedVector<Limbs> out(size_);
  // From Montgomery form to the integer: times one, over R.
  const V one = V::broadcast({1, 0, 0, 0});
  std::uint64_t* at[V::WIDTH];
  for (std::size_t v = 0; v < vectors(); v++) {
    for (std::size_t lane = 0; lane < V::WIDTH; lane++) at[lane] = out[v * V::WIDTH + lane].data();
    const V product = a[v].template below_2<64>() * b[v].template below_2<64>();
    (V::template difference<2>(product, c[v].template below_2<64>()) * one).template canonical<2>().store(at, 0);
  }
  return out;
}

template <class V>
std::size_t Transform<V>::memory_bytes() const {
  return (inverse_.size() + forward_.size() + forward_across_.size()) * sizeof(V);
}

template class Transform<FrVector>;
#if defined(__AVX512IFMA__)
template class Transform<Single<FrModulus>>;
#endif

}  // namespace assay
