// The last step of Pippenger's algorithm: the sum of every bucket times its digit.
#pragma once

#include "affine-sums.hpp"

namespace assay {

template <class V>
Affine<typename V::Field> read_point_words(const std::uint64_t* words) {
  return {V::read(words), V::read(words + V::WORDS)};
}

// The sum of all points.
template <class V>
Jacobian<typename V::Field> plain_sum(Words points, AffineSums<V>& adder) {
  constexpr std::size_t WORDS = POINT_WORDS<V>;
  std::size_t count = points.size() / WORDS;
  std::vector<PairSum> sums;
  // The upper half is added to the lower one.
  for (; count > 1; count = (count + 1) / 2) {
    sums.clear();
    for (std::size_t i = 0; i < count / 2; i++) {
      std::uint64_t* low = &points[i * WORDS];
      sums.push_back({low, &points[((count + 1) / 2 + i) * WORDS], low});
    }
    adder.add(sums);
  }
  return Jacobian<typename V::Field>::from(read_point_words<V>(points.data()));
}

// The sum of (i + 1) * points[i]; their number is a power of two.
//
// The points stand in rows: with S_s the sum of column s and T_s that of its points times their row, it is
// columns * (sum of T_s) + sum of (s + 1) * S_s, of which the second is the same task on one row. All columns advance together.
template <class V>
Jacobian<typename V::Field> weighted_sum(Words points, AffineSums<V>& adder) {
  using Point = Jacobian<typename V::Field>;
  constexpr std::size_t WORDS = POINT_WORDS<V>;
  constexpr std::size_t FEW = 32;
  const std::size_t count = points.size() / WORDS;
  if (count <= FEW) {
    Point running, total;
    for (std::size_t i = count; i-- > 0;) {
      running = running.plus(read_point_words<V>(&points[i * WORDS]));
      total = total.plus(running);
    }
    return total;
  }
  const std::size_t rows = std::min<std::size_t>(32, count / FEW);
  const std::size_t columns = count / rows;
  // The last row becomes S.
  std::uint64_t* column_sums = &points[(rows - 1) * columns * WORDS];
  Words row_sums(columns * WORDS);
  std::vector<PairSum> sums;
  for (std::size_t row = rows - 1; row > 0; row--) {
    sums.clear();
    for (std::size_t column = 0; column < columns; column++) {
      std::uint64_t* sum = &row_sums[column * WORDS];
      sums.push_back({sum, &column_sums[column * WORDS], sum});
    }
    adder.add(sums);
    sums.clear();
    for (std::size_t column = 0; column < columns; column++) {
      std::uint64_t* sum = &column_sums[column * WORDS];
      sums.push_back({sum, &points[((row - 1) * columns + column) * WORDS], sum});
    }
    adder.add(sums);
  }
  Point high = plain_sum<V>(std::move(row_sums), adder);
  for (std::size_t factor = columns; factor > 1; factor /= 2) high = high.doubled();
  return high.plus(weighted_sum<V>(Words(column_sums, column_sums + columns * WORDS), adder));
}

}  // namespace assay
