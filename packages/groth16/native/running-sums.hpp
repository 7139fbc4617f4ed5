// Sums to each of which a point is added again and again, many at a time: one inversion for a whole block (Montgomery's trick) makes
// an addition six products. The sums stay in vectors, so that only the points that are added come from memory.
#pragma once

#include <algorithm>
#include <vector>

#include "arithmetic.hpp"
#include "words.hpp"

namespace assay {

// Sums, one in each lane. Both coordinates are kept negated: what is added to them is then added and not subtracted from. Bounds are
// those of `minus_square_and` and `product_less`.
template <class V>
struct PointSums {
  V minus_x, minus_y;
  // Lanes in which the sum is infinity; their coordinates are any.
  typename V::Mask infinite;

  static PointSums infinity() { return {V::zero(), V::zero(), V::ALL}; }
  // Of canonical coordinates, y negated where the mask says so.
  static PointSums from(const V& x, const V& y, typename V::Mask negative, typename V::Mask infinite) {
    return {V::template difference<2>(V::zero(), x),
            V::sum_or_difference(V::template multiple<2>(), y, V::ALL ^ negative), infinite};
  }
  V x() const { return V::template difference<3>(V::zero(), minus_x).template canonical<4>(); }
  V y() const { return V::template difference<4>(V::zero(), minus_y).template canonical<4>(); }
};

// What comes next is fetched in parts, one in each step of an addition: the processor has few lines on their way at a time, and waits
// where more are asked for at once.
inline constexpr std::size_t PREFETCH_PARTS = 4;

template <class V>
using PointSumsVector = WipedVector<PointSums<V>>;

// Sums as what is added to others: some, and behind them others.
template <class V>
class SumTerms {
 public:
  explicit SumTerms(const PointSums<V>* sums) : SumTerms{sums, 0, sums} {}
  SumTerms(const PointSums<V>* some, std::size_t count, const PointSums<V>* others) : some_{some}, others_{others}, count_{count} {}

  void prefetch_next(std::size_t, std::size_t) const {}
  // Below 4.
  V x(std::size_t group) const { return V::template difference<3>(V::zero(), at(group).minus_x); }
  V y(std::size_t group) const { return V::template difference<4>(V::zero(), at(group).minus_y); }
  typename V::Mask negative(std::size_t) const { return 0; }
  typename V::Mask infinite(std::size_t group) const { return at(group).infinite; }

 private:
  const PointSums<V>& at(std::size_t group) const { return group < count_ ? some_[group] : others_[group - count_]; }

  const PointSums<V>*some_, *others_;
  std::size_t count_;
};

// Keeps its working memory from call to call. Exact for all operands, equal, opposite and infinite ones included.
template <class V>
class RunningSums {
 public:
  // Adds terms.x(group), terms.y(group) to sums[group] for each group of lanes, from the last group to the first, so that a term may
  // be a sum of a lower number.
  template <class Terms>
  void add(PointSums<V>* sums, std::size_t groups, const Terms& terms) {
    while (groups > 0) {
      const std::size_t count = std::min(groups, BLOCK);
      groups -= count;
      add_block(sums, groups, count, terms);
    }
  }

 private:
  using Mask = typename V::Mask;
  // Groups that share an inversion: enough for it to be cheap, few enough for their memory to stay in the second-level cache.
  static constexpr std::size_t BLOCK = V::WIDTH == 1 ? 1024 : sizeof(V) > 512 ? 128 : 256;
  // Products that grow side by side, since one alone would wait for itself.
  static constexpr std::size_t CHAINS = 2;
  static constexpr std::size_t CHUNK = 8;

  // Lanes that the formula for two different points does not cover.
  struct Special {
    Mask sum_infinite, term_infinite, doubled, vanished;
    bool any = false;
  };

  template <class Terms>
  void add_block(PointSums<V>* sums, std::size_t first, std::size_t count, const Terms& terms) {
    multiply_denominators(sums, first, count, terms, false);
    V product = products_[count] * products_[count + 1];
    // An x that is twice the same makes its denominator zero and with it the product; infinite lanes never do.
    if (product.template canonical<2>().zero_mask() != 0) {
      multiply_denominators(sums, first, count, terms, true);
      product = products_[count] * products_[count + 1];
    }
    const V inverse = V::inverse(product);
    const V last = products_[count];
    products_[count] = inverse * products_[count + 1];
    products_[count + 1] = inverse * last;
    while (count > 0) {
      const std::size_t some = std::min(count, CHUNK);
      count -= some;
      add_chunk(sums, first, count, some, terms);
    }
  }

  // What the processor has under way at a time is less than an addition, whose products wait for each other: so each step is made for
  // some groups before the next.
  template <class Terms>
  [[gnu::noinline]] void add_chunk(PointSums<V>* sums, std::size_t first, std::size_t begin, std::size_t count,
                                        const Terms& terms) {
    V slopes[CHUNK], minus_xs[CHUNK];
    for (std::size_t k = count; k-- > 0;) {
      // products_[i + CHAINS] is the inverse of the product of its chain up to here.
      const std::size_t i = begin + k;
      terms.prefetch_next(first + i, 1);
      slopes[k] = products_[i + CHAINS] * products_[i];
      products_[i] = denominators_[i] * products_[i + CHAINS];
    }
    for (std::size_t k = 0; k < count; k++) {
      const std::size_t group = first + begin + k;
      V numerator = V::sum_or_difference(sums[group].minus_y, terms.y(group), terms.negative(group));
      if (special_[begin + k].any) numerator = V::blend(special_[begin + k].doubled, numerator, doubling_numerator(terms.x(group)));
      slopes[k] = numerator * slopes[k];
      terms.prefetch_next(group, 2);
    }
    for (std::size_t k = 0; k < count; k++) {
      minus_xs[k] = V::minus_square_and(slopes[k], rests_[begin + k]);
      terms.prefetch_next(first + begin + k, 3);
    }
    // From the last to the first: a term may be a sum of a lower number.
    for (std::size_t k = count; k-- > 0;) {
      const std::size_t group = first + begin + k;
      PointSums<V>& sum = sums[group];
      const V minus_y = V::product_less(V::template difference<3>(sum.minus_x, minus_xs[k]), slopes[k], sum.minus_y);
      if (special_[begin + k].any) {
        add_special(sum, {minus_xs[k], minus_y, 0}, special_[begin + k], terms, group);
      } else {
        sum.minus_x = minus_xs[k];
        sum.minus_y = minus_y;
      }
    }
  }

  // Looks through `all` groups for equal and opposite points, or through those with infinite ones alone.
  template <class Terms>
  [[gnu::noinline]] void multiply_denominators(const PointSums<V>* sums, std::size_t first, std::size_t count, const Terms& terms,
                                               bool all) {
    for (std::size_t chain = 0; chain < CHAINS; chain++) products_[chain] = V::one();
    for (std::size_t i = 0; i < count; i++) {
      const std::size_t group = first + i;
      const PointSums<V>& sum = sums[group];
      terms.prefetch_next(group, 0);
      const V x = terms.x(group);
      const V denominator = x + sum.minus_x;
      rests_[i] = V::loose_difference(sum.minus_x, x);
      special_[i].any = all || (sum.infinite | terms.infinite(group)) != 0;
      denominators_[i] = special_[i].any ? special_denominator(sum, denominator, terms, group, special_[i]) : denominator;
      products_[i + CHAINS] = denominators_[i] * products_[i];
    }
  }

  template <class Terms>
  [[gnu::noinline]] static V special_denominator(const PointSums<V>& sum, const V& denominator, const Terms& terms,
                                                 std::size_t group, Special& special) {
    const V y = terms.y(group);
    const Mask negative = terms.negative(group);
    special.sum_infinite = sum.infinite;
    special.term_infinite = terms.infinite(group);
    const Mask same_x = denominator.template canonical<8>().zero_mask() & static_cast<Mask>(~(sum.infinite | special.term_infinite));
    const Mask same_y = V::sum_or_difference(sum.minus_y, y, negative).template canonical<8>().zero_mask();
    special.doubled = same_x & same_y;
    special.vanished = same_x & static_cast<Mask>(~same_y);
    const V twice = V::template difference<8>(V::zero(), sum.minus_y + sum.minus_y);
    return V::blend(special.sum_infinite | special.term_infinite | special.vanished, V::blend(special.doubled, denominator, twice),
                    V::one());
  }

  [[gnu::noinline]] static V doubling_numerator(const V& any_x) {
    const V square = any_x.template canonical<4>().squared();
    return (square + square + square).template below_2<8>();
  }

  // Puts what the formula gave where it holds.
  template <class Terms>
  [[gnu::noinline]] static void add_special(PointSums<V>& sum, const PointSums<V>& usual, const Special& special, const Terms& terms,
                                            std::size_t group) {
    const PointSums<V> term = PointSums<V>::from(terms.x(group).template canonical<4>(), terms.y(group).template canonical<4>(),
                                                 terms.negative(group), special.term_infinite);
    sum.minus_x = V::blend(special.sum_infinite, V::blend(special.term_infinite, usual.minus_x, sum.minus_x), term.minus_x);
    sum.minus_y = V::blend(special.sum_infinite, V::blend(special.term_infinite, usual.minus_y, sum.minus_y), term.minus_y);
    sum.infinite = special.vanished | (special.sum_infinite & special.term_infinite);
  }

  WipedVector<V> denominators_ = WipedVector<V>(BLOCK), rests_ = WipedVector<V>(BLOCK), products_ = WipedVector<V>(BLOCK + CHAINS);
  std::vector<Special> special_ = std::vector<Special>(BLOCK);
};

}  // namespace assay
