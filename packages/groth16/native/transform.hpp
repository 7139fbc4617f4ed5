// Number-theoretic transforms over Fr, and the quotient of a proof.
#pragma once

#include <cstddef>
#include <span>

#include "arithmetic.hpp"
#include "words.hpp"

namespace assay {

// A primitive root of unity of order 2^power, the one that snarkjs uses; power is at most 28.
Fr root_of_unity(unsigned power);

// Transforms of one size, with their factors. Element i stands in lane i modulo WIDTH of vector i / WIDTH: all steps but the last ones
// of `inverse` (the first ones of `forward`) then work within lanes. Nothing is reduced between steps, each of which adds two to the
// bound: with the largest size that is still below what a product takes.
template <class V>
class Transform {
 public:
  using Vectors = WipedVector<V>;

  // `size` is a power of two, at least 2 WIDTH.
  explicit Transform(std::size_t size);

  std::size_t size() const { return size_; }
  // Vectors that hold `size` elements.
  std::size_t vectors() const { return size_ / V::WIDTH; }

  // The elements as V has them in memory.
  Vectors read(std::span<const Limbs> values) const;

  // From values on the powers of the root w of order `size`, below 2, to values on the odd powers of the root of order 2 size, below
  // 64: to coefficients and back.
  void to_odd_powers(Vectors& values) const;

  // a * b - c, as canonical integers in order; all are below 64.
  WipedVector<Limbs> quotient(const Vectors& a, const Vectors& b, const Vectors& c) const;

  std::size_t memory_bytes() const;

 private:
  void inverse(Vectors& values) const;
  void forward(Vectors& values) const;
  void inverse_within(V* values, std::size_t length, std::size_t block) const;
  void forward_within(V* values, std::size_t length) const;
  V inverse_factor(std::size_t block) const { return V::lane(inverse_[block / V::WIDTH], block % V::WIDTH); }

  std::size_t size_;
  // By block, whatever its size: the powers of 1 / w whose exponents are their numbers' bits reversed.
  Vectors inverse_;
  // For steps that pair vectors, by the half of their blocks, the points of the upper one; behind them those of steps across lanes.
  Vectors forward_;
  Vectors forward_across_;
  // 1 / size, in each lane.
  V scale_;
};

extern template class Transform<FrVector>;
#if defined(__AVX512IFMA__)
// For sizes that do not fill vectors.
extern template class Transform<Single<FrModulus>>;
#endif

}  // namespace assay
