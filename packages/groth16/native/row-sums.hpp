// Both sides of a circuit's constraints on a witness.
#pragma once

#include <span>
#include <vector>

#include "product-total.hpp"
#include "words.hpp"
#include "zkey.hpp"

namespace assay {

// Values of sparse rows, as many rows at a time as V has lanes. Rows that are the same, as both sides of a square are, are computed
// once, and coefficients that are the same kept once.
template <class V>
class RowSums {
 public:
  // Of the rows of matrices of one height, those of the first one first.
  explicit RowSums(std::span<const Matrix* const> matrices);

  // The value of each row, as V has it in memory, on canonical values of the wires.
  WipedVector<Limbs> values(const WipedVector<Limbs>& witness, unsigned threads) const;

  std::size_t memory_bytes() const;

 private:
  struct Term {
    std::uint32_t wire, coefficient;
    friend auto operator<=>(const Term&, const Term&) = default;
  };
  // Rows side by side: term t of that in lane l stands in terms_[(first + t) * WIDTH + l].
  struct Group {
    std::uint32_t first, length;
  };
  class Rows;

  void sum(std::size_t group, const WipedVector<Limbs>& witness, WipedVector<Limbs>& out) const;

  // Times the square of R, so that an integer times a coefficient is in Montgomery form. The first is zero.
  std::vector<Limbs> coefficients_;
  std::vector<Term> terms_;
  // Longest first.
  std::vector<Group> groups_;
  // For each lane of each group where its targets begin, and behind the last where they end.
  std::vector<std::uint32_t> target_starts_;
  std::vector<std::uint32_t> targets_;
  std::size_t row_count_ = 0;
};

extern template class RowSums<FrVector>;
#if defined(__AVX512IFMA__)
extern template class RowSums<Single<FrModulus>>;
#endif

}  // namespace assay
