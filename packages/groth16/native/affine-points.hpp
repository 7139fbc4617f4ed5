// Points in memory: x | y in the form of their vectors; infinity is all zeros.
#pragma once

#include "curve.hpp"
#include "running-sums.hpp"

namespace assay {

template <class V>
inline constexpr std::size_t POINT_WORDS = 2 * V::WORDS;

template <class V>
Affine<typename V::Field> read_point_words(const std::uint64_t* words) {
  return {V::read(words), V::read(words + V::WORDS)};
}

// Puts the sum in each lane into its place.
template <class V>
void store_points(const PointSums<V>& sums, std::uint64_t* const (&at)[V::WIDTH]) {
  const V zero = V::zero();
  V::blend(sums.infinite, sums.x(), zero).store(at, 0);
  V::blend(sums.infinite, sums.y(), zero).store(at, V::WORDS);
}

template <class V>
std::array<Affine<typename V::Field>, V::WIDTH> read_points(const PointSums<V>& sums) {
  std::uint64_t words[V::WIDTH][POINT_WORDS<V>];
  std::uint64_t* at[V::WIDTH];
  for (std::size_t lane = 0; lane < V::WIDTH; lane++) at[lane] = words[lane];
  store_points(sums, at);
  std::array<Affine<typename V::Field>, V::WIDTH> points;
  for (std::size_t lane = 0; lane < V::WIDTH; lane++) points[lane] = read_point_words<V>(words[lane]);
  return points;
}

// The points that begin at `words`, one after the other.
template <class V>
PointSums<V> load_points(const std::uint64_t* words) {
  const std::uint64_t* at[V::WIDTH];
  for (std::size_t lane = 0; lane < V::WIDTH; lane++) at[lane] = words + lane * POINT_WORDS<V>;
  const V x = V::load(at, 0), y = V::load(at, V::WORDS);
  return PointSums<V>::from(x, y, 0, static_cast<typename V::Mask>(x.zero_mask() & y.zero_mask()));
}
template <class V>
PointSumsVector<V> load_all_points(const Words& words) {
  PointSumsVector<V> sums;
  for (std::size_t at = 0; at < words.size(); at += V::WIDTH * POINT_WORDS<V>) sums.push_back(load_points<V>(&words[at]));
  return sums;
}

}  // namespace assay
