// Multiples of one point by many scalars: signed windows over a table of its multiples.
//
// Not constant in time: for scalars that come from a published constant.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "batched-additions.hpp"

namespace assay {

// For window k the table holds j * 2^(bits * k) * P, 1 <= j <= 2^(bits - 1).
template <class Lanes>
class FixedBaseTable {
 public:
  using Point = typename BatchedAdditions<Lanes>::Point;

  // A table that makes `count` multiples cheap, itself included.
  FixedBaseTable(const Point& base, std::size_t count);

  // out[i] = scalars[i] * P; infinity for zero. Calls may run at once.
  void multiply(std::span<const Fr> scalars, Point* out) const;

 private:
  std::size_t per_window() const { return std::size_t{1} << (bits_ - 1); }
  Point* window(std::size_t index) { return &table_[index * per_window()]; }
  const Point* window(std::size_t index) const { return &table_[index * per_window()]; }
  void fill(const Point& base);

  unsigned bits_;
  std::size_t windows_;
  std::vector<Point> table_;
};

using G1Table = FixedBaseTable<OneLane<Fq>>;
using G2Table = FixedBaseTable<OneLane<Fq2>>;

G2 g2_generator();

extern template class FixedBaseTable<OneLane<Fq>>;
extern template class FixedBaseTable<OneLane<Fq2>>;

}  // namespace assay
