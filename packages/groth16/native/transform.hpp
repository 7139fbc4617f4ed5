// Number-theoretic transforms over Fr, and the quotient of a proof.
#pragma once

#include <cstddef>
#include <vector>

#include "arithmetic.hpp"
#include "words.hpp"

namespace assay {

// A primitive root of unity of order 2^power, the one that snarkjs uses; power is at most 28.
Fr root_of_unity(unsigned power);

// Transforms of one size, with their twiddle factors. Element i = lane * (size / WIDTH) + v stands in lane `lane` of vector v: all
// steps but the first ones of `inverse` (the last ones of `forward`) then work within lanes, with the same factor in each.
template <class V>
class Transform {
 public:
  using Vectors = WipedVector<V>;

  // `size` is a power of two, at least 2 WIDTH.
  explicit Transform(std::size_t size);

  std::size_t size() const { return size_; }
  // Vectors that hold `size` elements.
  std::size_t vectors() const { return size_ / V::WIDTH; }

  // Canonical integers to vectors; all elements are below twice the modulus.
  Vectors read(const WipedVector<Limbs>& values) const;

  // From values on the powers of the root w of order `size` to values on the odd powers of the root of order 2 size: to
  // coefficients and back, with coefficient i multiplied by the i-th power of that root in between.
  void to_odd_powers(Vectors& values) const;

  // a * b - c, as canonical integers in order.
  WipedVector<Limbs> quotient(const Vectors& a, const Vectors& b, const Vectors& c) const;

  std::size_t memory_bytes() const;

 private:
  struct Factors {
    // Powers of the root of order `vectors()`, for the steps within lanes: five or four limbs as `V` has them, in all lanes.
    Vectors within;
    // For each step across lanes, farthest first, the factors of pairs of vectors.
    std::vector<Vectors> across;
  };

  Factors factors(const Fr& root) const;
  void inverse(Vectors& values) const;
  void forward(Vectors& values) const;
  void inverse_within(V* values, std::size_t length) const;
  void forward_within(V* values, std::size_t length) const;
  // The canonical element of each place.
  template <class Element>
  static Vectors fill(std::size_t vectors, const Element& element);

  std::size_t size_;
  Factors inverse_, forward_;
  // By place: the power of the root of order 2 size for the coefficient that stands there after `inverse`, over size.
  Vectors shifts_;
};

extern template class Transform<FrVector>;
#if defined(__AVX512IFMA__)
// For sizes that do not fill vectors.
extern template class Transform<Single<FrModulus>>;
#endif

}  // namespace assay
