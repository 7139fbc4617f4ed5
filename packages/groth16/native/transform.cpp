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

// Lanes of two vectors exchanged so that those that a step across lanes pairs stand in the same lane of `low` and `high`: the
// lanes whose number has the bit `distance` clear, and those that have it set. It is its own inverse.
#if defined(__AVX512IFMA__)
void exchange(FrVector& low, FrVector& high, std::size_t distance) {
  const auto indices = [&](bool upper) {
    long long index[8];
    for (std::size_t lane = 0; lane < 8; lane++) {
      // Lanes of `low` are numbered from 0, those of `high` from 8.
      const std::size_t from = (lane & distance) == 0 ? lane | (upper ? distance : 0) : (lane & ~distance) | (upper ? distance : 0) | 8;
      index[lane] = static_cast<long long>(from);
    }
    return _mm512_loadu_si512(index);
  };
  const __m512i clear = indices(false), set = indices(true);
  for (int i = 0; i < 5; i++) {
    const __m512i a = low.limb[i], b = high.limb[i];
    low.limb[i] = _mm512_permutex2var_epi64(a, clear, b);
    high.limb[i] = _mm512_permutex2var_epi64(a, set, b);
  }
}
#endif
[[maybe_unused]] void exchange(Single<FrModulus>&, Single<FrModulus>&, std::size_t) {}

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
template <class Element>
typename Transform<V>::Vectors Transform<V>::fill(std::size_t vectors, const Element& element) {
  Vectors out(vectors);
  std::uint64_t words[V::WIDTH][V::WORDS];
  std::uint64_t* at[V::WIDTH];
  for (std::size_t lane = 0; lane < V::WIDTH; lane++) at[lane] = words[lane];
  for (std::size_t v = 0; v < vectors; v++) {
    for (std::size_t lane = 0; lane < V::WIDTH; lane++) V::write(element(v, lane), words[lane]);
    out[v] = V::load(at, 0);
  }
  return out;
}

template <class V>
Transform<V>::Transform(std::size_t size) : size_{size} {
  const unsigned power = static_cast<unsigned>(std::bit_width(size) - 1);
  const Fr root = root_of_unity(power);
  forward_ = factors(root);
  inverse_ = factors(root.inverse());
  const Fr shift = root_of_unity(power + 1);
  std::vector<Fr> powers(size);
  Fr current = Fr::from_u64(size).inverse();
  for (std::size_t i = 0; i < size; i++) {
    powers[reverse_bits(i, power)] = current;
    current = current * shift;
  }
  shifts_ = fill(vectors(), [&](std::size_t v, std::size_t lane) { return powers[lane * vectors() + v]; });
}

template <class V>
typename Transform<V>::Factors Transform<V>::factors(const Fr& root) const {
  std::vector<Fr> powers(size_);
  powers[0] = Fr::one();
  for (std::size_t i = 1; i < size_; i++) powers[i] = powers[i - 1] * root;
  Factors out;
  const std::size_t step = size_ / vectors();
  out.within = fill(vectors() / 2, [&](std::size_t v, std::size_t) { return powers[v * step]; });
  for (std::size_t distance = V::WIDTH / 2; distance >= 1; distance /= 2) {
    // The step pairs element i with i + half; half = distance * vectors() elements.
    const std::size_t half = distance * vectors();
    const std::size_t stride = size_ / (2 * half);
    out.across.push_back(fill(vectors() / 2, [&](std::size_t pair, std::size_t lane) {
      // After `exchange` lane `lane` has the element that was in this lane of the first vector, or of the second one.
      const std::size_t v = 2 * pair + ((lane & distance) == 0 ? 0 : 1);
      const std::size_t element = (lane & ~distance) * vectors() + v;
      return powers[(element % half) * stride];
    }));
  }
  return out;
}

template <class V>
typename Transform<V>::Vectors Transform<V>::read(const WipedVector<Limbs>& values) const {
  Vectors out(vectors());
  // From the integer to Montgomery form: times R^2, over R.
  const V factor = fill(1, [](std::size_t, std::size_t) {
    std::uint64_t one[V::WORDS];
    V::write(Fr::one(), one);
    return Fr::from_canonical({one[0], one[1], one[2], one[3]});
  })[0];
  const std::uint64_t* at[V::WIDTH];
  for (std::size_t v = 0; v < vectors(); v++) {
    for (std::size_t lane = 0; lane < V::WIDTH; lane++) at[lane] = values[lane * vectors() + v].data();
    out[v] = V::load(at, 0) * factor;
  }
  return out;
}

// Gentleman and Sande: (x, y) becomes (x + y, (x - y) * w), from far pairs to near ones; the results stand in bit-reversed order.
template <class V>
void Transform<V>::inverse(Vectors& values) const {
  std::size_t step = 0;
  for (std::size_t distance = V::WIDTH / 2; distance >= 1; distance /= 2, step++) {
    for (std::size_t pair = 0; pair < vectors() / 2; pair++) {
      V &low = values[2 * pair], &high = values[2 * pair + 1];
      exchange(low, high, distance);
      const V sum = (low + high).template below_2<4>();
      high = V::template difference<2>(low, high) * inverse_.across[step][pair];
      low = sum;
      exchange(low, high, distance);
    }
  }
  inverse_within(values.data(), vectors());
}

template <class V>
void Transform<V>::inverse_within(V* values, std::size_t length) const {
  for (std::size_t run = length; run >= 2; run /= 2) {
    const std::size_t half = run / 2, stride = vectors() / run;
    for (std::size_t first = 0; first < length; first += run) {
      for (std::size_t i = 0; i < half; i++) {
        V &low = values[first + i], &high = values[first + half + i];
        const V sum = (low + high).template below_2<4>();
        high = V::template difference<2>(low, high) * inverse_.within[i * stride];
        low = sum;
      }
    }
    // What follows stays within each half: finish one while it is near.
    if (half > SHORT) {
      for (std::size_t first = 0; first < length; first += half) inverse_within(values + first, half);
      return;
    }
  }
}

// Cooley and Tukey: (x, y) becomes (x + w y, x - w y), from near pairs to far ones, from bit-reversed order to the natural one.
template <class V>
void Transform<V>::forward(Vectors& values) const {
  forward_within(values.data(), vectors());
  std::size_t step = forward_.across.size();
  for (std::size_t distance = 1; distance < V::WIDTH; distance *= 2) {
    step--;
    for (std::size_t pair = 0; pair < vectors() / 2; pair++) {
      V &low = values[2 * pair], &high = values[2 * pair + 1];
      exchange(low, high, distance);
      const V product = high * forward_.across[step][pair];
      high = V::template difference<2>(low, product).template below_2<4>();
      low = (low + product).template below_2<4>();
      exchange(low, high, distance);
    }
  }
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
    const std::size_t half = run / 2, stride = vectors() / run;
    for (std::size_t first = 0; first < length; first += run) {
      for (std::size_t i = 0; i < half; i++) {
        V &low = values[first + i], &high = values[first + half + i];
        const V product = high * forward_.within[i * stride];
        high = V::template difference<2>(low, product).template below_2<4>();
        low = (low + product).template below_2<4>();
      }
    }
  }
}

template <class V>
void Transform<V>::to_odd_powers(Vectors& values) const {
  inverse(values);
  for (std::size_t v = 0; v < vectors(); v++) values[v] = values[v] * shifts_[v];
  forward(values);
}

template <class V>
WipedVector<Limbs> Transform<V>::quotient(const Vectors& a, const Vectors& b, const Vectors& c) const {
  WipedVector<Limbs> out(size_);
  // From Montgomery form to the integer: times one, over R.
  const V one = fill(1, [](std::size_t, std::size_t) {
    std::uint64_t r[V::WORDS];
    V::write(Fr::one(), r);
    return Fr::from_canonical({r[0], r[1], r[2], r[3]}).inverse();
  })[0];
  std::uint64_t* at[V::WIDTH];
  for (std::size_t v = 0; v < vectors(); v++) {
    for (std::size_t lane = 0; lane < V::WIDTH; lane++) at[lane] = out[lane * vectors() + v].data();
    (V::template difference<2>(a[v] * b[v], c[v]) * one).template canonical<2>().store(at, 0);
  }
  return out;
}

template <class V>
std::size_t Transform<V>::memory_bytes() const {
  std::size_t count = shifts_.size();
  for (const Factors* factors : {&inverse_, &forward_}) {
    count += factors->within.size();
    for (const Vectors& step : factors->across) count += step.size();
  }
  return count * sizeof(V);
}

template class Transform<FrVector>;
#if defined(__AVX512IFMA__)
template class Transform<Single<FrModulus>>;
#endif

}  // namespace assay
