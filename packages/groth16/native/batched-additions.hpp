// Sums of affine points, many at a time: one inversion for all of them (Montgomery's trick) makes an addition six products.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "curve.hpp"

namespace assay {

// The arithmetic of `BatchedAdditions`: WIDTH field elements are one Vector, on which +, -, * and `squared` work lane by lane.
// Element is how the points in memory have their coordinates.
template <class F>
struct OneLane {
  using Element = F;
  using Vector = F;
  static constexpr std::size_t WIDTH = 1;

  // at(lane) is a reference to the coordinate of that lane.
  template <class At>
  static Vector gather(At at) {
    return at(0);
  }
  template <class At>
  static void scatter(const Vector& vector, At at) {
    at(0) = vector;
  }
  static Vector one() { return F::one(); }
  static Vector inverse(const Vector& vector) { return vector.inverse(); }
};

// Exact for all operands, equal, opposite or infinite ones included.
template <class Lanes>
class BatchedAdditions {
 public:
  using Point = Affine<typename Lanes::Element>;

  // For at most `capacity` additions before `finish`.
  explicit BatchedAdditions(std::size_t capacity) {
    const std::size_t groups = capacity / Lanes::WIDTH + 1;
    pending_.reserve(groups * Lanes::WIDTH);
    differences_.resize(groups);
    products_.resize(groups);
  }

  // sum += addend, or -= if negative; at the latest when `finish` returns. Until then the sum stays where it is and nothing else
  // is added to it.
  void add(Point& sum, const Point& addend, bool negative) {
    if (addend.is_infinity()) return;
    const Point signed_addend{addend.x, negative ? -addend.y : addend.y};
    if (sum.is_infinity()) {
      sum = signed_addend;
    } else if (sum.x == addend.x) {
      // So rare where the points are multiples of a generator that an inversion of its own does no harm.
      sum = Jacobian<typename Lanes::Element>::from(sum).plus(signed_addend).affine();
    } else {
      pending_.push_back({&sum, signed_addend});
    }
  }

  // Does what is left of the additions since the last call.
  void finish() {
    if (pending_.empty()) return;
    // Lanes left over do the last addition once more: every lane reads before any writes.
    while (pending_.size() % Lanes::WIDTH != 0) pending_.push_back(pending_.back());
    const std::size_t groups = pending_.size() / Lanes::WIDTH;
    auto product = Lanes::one();
    for (std::size_t group = 0; group < groups; group++) {
      const Pending* lanes = &pending_[group * Lanes::WIDTH];
      differences_[group] = addend_x(lanes) - sum_x(lanes);
      products_[group] = product;
      product = product * differences_[group];
    }
    auto inverse = Lanes::inverse(product);
    for (std::size_t group = groups; group-- > 0;) {
      const Pending* lanes = &pending_[group * Lanes::WIDTH];
      const auto x1 = sum_x(lanes);
      const auto y1 = Lanes::gather([&](std::size_t lane) -> const auto& { return lanes[lane].sum->y; });
      const auto y2 = Lanes::gather([&](std::size_t lane) -> const auto& { return lanes[lane].addend.y; });
      const auto slope = (y2 - y1) * (inverse * products_[group]);
      inverse = inverse * differences_[group];
      const auto x3 = slope.squared() - x1 - addend_x(lanes);
      const auto y3 = slope * (x1 - x3) - y1;
      Lanes::scatter(x3, [&](std::size_t lane) -> auto& { return lanes[lane].sum->x; });
      Lanes::scatter(y3, [&](std::size_t lane) -> auto& { return lanes[lane].sum->y; });
    }
    pending_.clear();
  }

 private:
  struct Pending {
    Point* sum;
    Point addend;
  };

  static auto sum_x(const Pending* lanes) {
    return Lanes::gather([&](std::size_t lane) -> const auto& { return lanes[lane].sum->x; });
  }
  static auto addend_x(const Pending* lanes) {
    return Lanes::gather([&](std::size_t lane) -> const auto& { return lanes[lane].addend.x; });
  }

  std::vector<Pending> pending_;
  // x2 - x1 of every group, and the product of the groups before it.
  std::vector<typename Lanes::Vector> differences_, products_;
};

}  // namespace assay
