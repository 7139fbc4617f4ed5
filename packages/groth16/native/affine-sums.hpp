// Sums of pairs of affine points, many at a time: one inversion for a whole block (Montgomery's trick) makes an addition six
// products. Points lie in memory as x | y in the form of their vectors; infinity is all zeros.
#pragma once

#include <algorithm>
#include <vector>

#include "affine-points.hpp"

namespace assay {

// out = left + right, each negated where its flag says. `out` may be one of the operands, but no operand of another addition of
// the same list.
struct PairSum {
  const std::uint64_t* left;
  const std::uint64_t* right;
  std::uint64_t* out;
  bool negate_left = false;
  bool negate_right = false;
};

// Keeps its working memory from call to call. Exact for all operands, equal, opposite and infinite ones included.
template <class V>
class AffineSums {
 public:
  // Fills the list up to whole vectors with its last addition: all lanes of a vector read before any writes.
  void add(std::vector<PairSum>& sums) {
    while (sums.size() % V::WIDTH != 0) sums.push_back(sums.back());
    for (std::size_t first = 0; first < sums.size(); first += BLOCK * V::WIDTH) {
      add_block(&sums[first], std::min((sums.size() - first) / V::WIDTH, BLOCK));
    }
  }

 private:
  using Mask = typename V::Mask;
  // Vectors in a block: enough for its inversion to be cheap, few enough for its memory to stay in the second-level cache.
  static constexpr std::size_t BLOCK = V::WIDTH == 1 ? 512 : 256;
  static constexpr std::size_t PREFETCH = 4;

  struct Operands {
    V x1, y1, x2, y2;
  };
  // Lanes that the formula for two different points does not cover.
  struct Special {
    Mask left_infinite, right_infinite, doubled, vanished;
  };

  void add_block(const PairSum* sums, std::size_t groups) {
    const auto sum_at = [&](std::size_t group, std::size_t lane) -> const PairSum& { return sums[group * V::WIDTH + lane]; };
    V product = V::one();
    for (std::size_t group = 0; group < groups; group++) {
      if (group + PREFETCH < groups) {
        for (std::size_t lane = 0; lane < V::WIDTH; lane++) {
          const PairSum& sum = sum_at(group + PREFETCH, lane);
          for (std::size_t word = 0; word < POINT_WORDS<V>; word += 8) {
            __builtin_prefetch(sum.left + word);
            __builtin_prefetch(sum.right + word);
          }
        }
      }
      const std::uint64_t *left[V::WIDTH], *right[V::WIDTH];
      for (std::size_t lane = 0; lane < V::WIDTH; lane++) {
        left[lane] = sum_at(group, lane).left;
        right[lane] = sum_at(group, lane).right;
      }
      const V x1 = V::load(left, 0), x2 = V::load(right, 0);
      V denominator = V::template difference<1>(x2, x1);
      is_special_[group] = (V::equal(x1, x2) | x1.zero_mask() | x2.zero_mask()) != 0;
      if (is_special_[group]) {
        const Operands operands = load(sum_at, group);
        const Special special = special_lanes(operands);
        denominator = V::blend(special.doubled, denominator, operands.y1 + operands.y1);
        denominator = V::blend(special.left_infinite | special.right_infinite | special.vanished, denominator, V::one());
      }
      denominators_[group] = denominator;
      products_[group] = product;
      product = product * denominator;
    }
    V inverse = V::inverse(product);
    for (std::size_t group = groups; group-- > 0;) {
      const V inverted = inverse * products_[group];
      inverse = inverse * denominators_[group];
      const Operands operands = load(sum_at, group);
      const auto& [x1, y1, x2, y2] = operands;
      V numerator = V::template difference<2>(y2, y1);
      Special special{};
      if (is_special_[group]) {
        special = special_lanes(operands);
        const V square = x1.squared();
        numerator = V::blend(special.doubled, numerator, (square + square + square).template below_2<8>());
      }
      const V slope = numerator * inverted;
      V x3 = V::template difference<1>(V::template difference<1>(slope.squared(), x1), x2).template canonical<4>();
      V y3 = V::template difference<2>(slope * V::template difference<1>(x1, x3), y1).template canonical<4>();
      if (is_special_[group]) {
        x3 = V::blend(special.left_infinite, V::blend(special.right_infinite, x3, x1), x2);
        y3 = V::blend(special.left_infinite, V::blend(special.right_infinite, y3, y1.template canonical<2>()),
                      y2.template canonical<2>());
        const V zero = V::template difference<1>(x1, x1).template canonical<2>();
        x3 = V::blend(special.vanished, x3, zero);
        y3 = V::blend(special.vanished, y3, zero);
      }
      std::uint64_t* out[V::WIDTH];
      for (std::size_t lane = 0; lane < V::WIDTH; lane++) out[lane] = sum_at(group, lane).out;
      x3.store(out, 0);
      y3.store(out, V::WORDS);
    }
  }

  // x canonical, y at most the modulus.
  template <class At>
  static Operands load(const At& sum_at, std::size_t group) {
    const std::uint64_t *left[V::WIDTH], *right[V::WIDTH];
    Mask negate_left = 0, negate_right = 0;
    for (std::size_t lane = 0; lane < V::WIDTH; lane++) {
      const PairSum& sum = sum_at(group, lane);
      left[lane] = sum.left;
      right[lane] = sum.right;
      negate_left |= static_cast<Mask>(sum.negate_left << lane);
      negate_right |= static_cast<Mask>(sum.negate_right << lane);
    }
    return {V::load(left, 0), negated(V::load(left, V::WORDS), negate_left), V::load(right, 0),
            negated(V::load(right, V::WORDS), negate_right)};
  }
  static V negated(const V& y, Mask mask) {
    if (mask == 0) return y;
    const V zero = V::template difference<1>(y, y).template canonical<2>();
    return V::blend(mask, y, V::template difference<1>(zero, y));
  }

  static Special special_lanes(const Operands& operands) {
    const auto& [x1, y1, x2, y2] = operands;
    const V left_y = y1.template canonical<2>(), right_y = y2.template canonical<2>();
    Special special;
    special.left_infinite = x1.zero_mask() & left_y.zero_mask();
    special.right_infinite = x2.zero_mask() & right_y.zero_mask();
    const Mask finite = static_cast<Mask>(~(special.left_infinite | special.right_infinite));
    const Mask same_x = V::equal(x1, x2) & finite;
    const Mask same_y = V::equal(left_y, right_y);
    special.doubled = same_x & same_y;
    special.vanished = same_x & static_cast<Mask>(~same_y);
    return special;
  }

  std::vector<V> denominators_ = std::vector<V>(BLOCK), products_ = std::vector<V>(BLOCK);
  std::vector<std::uint8_t> is_special_ = std::vector<std::uint8_t>(BLOCK);
};

}  // namespace assay
