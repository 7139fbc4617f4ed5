// The last step of Pippenger's algorithm: the sum of every bucket times its digit.
#pragma once

#include "affine-points.hpp"
#include "running-sums.hpp"

namespace assay {

// The sum of all lanes of some groups, whose number is a power of two. The sums are used up.
template <class V>
Jacobian<typename V::Field> plain_sum(PointSums<V>* sums, std::size_t groups, RunningSums<V>& adder) {
  // The upper half is added to the lower one.
  for (; groups > 1; groups /= 2) adder.add(sums, groups / 2, SumTerms<V>{sums + groups / 2});
  Jacobian<typename V::Field> total;
  for (const auto& point : read_points(sums[0])) total = total.plus(point);
  return total;
}

// The sum of (i + 1) * point i, where point i stands in lane i modulo WIDTH of its group; their number is a power of two.
//
// The points stand in rows: with S_s the sum of column s and T_s that of its points times their row, it is
// columns * (sum of T_s) + sum of (s + 1) * S_s, of which the second is the same task on one row. All columns advance together.
template <class V>
Jacobian<typename V::Field> weighted_sum(const PointSums<V>* points, std::size_t groups, RunningSums<V>& adder) {
  using Point = Jacobian<typename V::Field>;
  constexpr std::size_t FEW = 32 / V::WIDTH, MOST_ROWS = 16;
  if (groups <= FEW) {
    Point running, total;
    for (std::size_t group = groups; group-- > 0;) {
      const auto lanes = read_points(points[group]);
      for (std::size_t lane = V::WIDTH; lane-- > 0;) {
        running = running.plus(lanes[lane]);
        total = total.plus(running);
      }
    }
    return total;
  }
  const std::size_t rows = std::min(MOST_ROWS, groups / FEW);
  const std::size_t columns = groups / rows;
  // S, and behind it T as it grows: at each row S is added to T before the row is added to S.
  PointSumsVector<V> sums(points + (rows - 1) * columns, points + rows * columns);
  sums.insert(sums.end(), points + (rows - 1) * columns, points + rows * columns);
  for (std::size_t row = rows - 1; row-- > 0;) {
    const bool is_first = row + 2 == rows;
    adder.add(sums.data(), is_first ? columns : 2 * columns, SumTerms<V>{points + row * columns, columns, sums.data()});
  }
  Point high = plain_sum(&sums[columns], columns, adder);
  for (std::size_t factor = columns * V::WIDTH; factor > 1; factor /= 2) high = high.doubled();
  return high.plus(weighted_sum(sums.data(), columns, adder));
}

}  // namespace assay
