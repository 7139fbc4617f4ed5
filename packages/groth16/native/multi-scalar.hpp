// Sums of scalar multiples of points that do not change: Pippenger's algorithm with signed digits, on kept multiples of the points
// by powers of two, so that all windows share one set of buckets.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "affine-sums.hpp"
#include "tasks.hpp"

namespace assay {

// A scalar of less than half the group's order in size, with its sign.
struct SignedScalar {
  Limbs magnitude{};
  bool negative = false;

  // Of a canonical scalar: the one of s and s - r that is smaller, so that small negative numbers are short too.
  static SignedScalar from(const Limbs& scalar);
};

// How many multiples of each point are kept, and how digits are cut.
struct MultiScalarPlan {
  // Bits of a digit.
  unsigned bits;
  // Of the windows of a scalar every `stride`-th has its multiple in the table; each of `stride` rounds takes the windows that are
  // as far from one of those, with buckets of its own.
  unsigned stride;

  // Scalars are below 2^253, and signed digits take a bit more.
  unsigned windows() const { return (254 + bits) / bits; }
  // Points in the table for each point.
  unsigned multiples() const { return (windows() + stride - 1) / stride; }

  // The digits that cost least for `count` points of which `whole` have scalars of full length.
  static MultiScalarPlan cheapest(std::size_t count, std::size_t whole, unsigned stride);
};

// V: the vectors over the field of the points' coordinates.
template <class V>
class MultiScalar {
 public:
  using Field = typename V::Field;

  // Points at infinity take no memory and no time.
  MultiScalar(std::span<const Affine<Field>> points, MultiScalarPlan plan, unsigned threads);

  // The sum of scalars[i] * points[i]; something without meaning once `cancel` is not zero.
  Jacobian<Field> sum(std::span<const SignedScalar> scalars, unsigned threads, const std::atomic<std::int32_t>& cancel) const;

  std::size_t memory_bytes() const { return table_.size() * sizeof(std::uint64_t) + indices_.size() * sizeof(std::uint32_t); }

 private:
  struct Entries;

  const std::uint64_t* multiple(std::size_t entry) const { return &table_[entry * POINT_WORDS<V>]; }
  Entries sort(std::span<const SignedScalar> scalars, unsigned round) const;
  Words fill_buckets(const Entries& entries, unsigned threads, const std::atomic<std::int32_t>& cancel) const;

  MultiScalarPlan plan_;
  // Which of the given points are finite.
  std::vector<std::uint32_t> indices_;
  // For each finite point its multiples by 2^(bits * stride * k).
  Words table_;
};

extern template class MultiScalar<FqVector>;
extern template class MultiScalar<Fq2Vector>;

}  // namespace assay
