// Multiples of one point by many scalars: signed windows over a table of its multiples.
//
// Not constant in time: for scalars that come from a published constant.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "arithmetic.hpp"
#include "curve.hpp"
#include "words.hpp"

namespace assay {

// For window k the table holds j * 2^(bits * k) * P, 1 <= j <= 2^(bits - 1), in the form of the vectors V.
template <class V>
class FixedBaseTable {
 public:
  using Point = Affine<typename V::Field>;

  // A table that makes `count` multiples cheap, itself included. The order of P is that of the groups.
  FixedBaseTable(const Point& base, std::size_t count);

  // out[i] = scalars[i] * P; infinity for zero. Calls may run at once.
  void multiply(std::span<const Fr> scalars, Point* out) const;

 private:
  std::size_t per_window() const { return std::size_t{1} << (bits_ - 1); }
  // Where j * 2^(bits * k) * P stands.
  const std::uint64_t* entry(std::size_t k, std::size_t j) const;
  std::uint64_t* entry(std::size_t k, std::size_t j);
  void fill(const Point& base);

  unsigned bits_;
  std::size_t windows_;
  Words table_;
};

using G1Table = FixedBaseTable<FqVector>;
using G2Table = FixedBaseTable<Fq2Vector>;

G2 g2_generator();

extern template class FixedBaseTable<FqVector>;
extern template class FixedBaseTable<Fq2Vector>;

}  // namespace assay
