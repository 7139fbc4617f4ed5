// The optimal ate pairing of BN254 (Vercauteren, eprint 2008/096), in the two halves of which products are made.
#pragma once

#include "curve.hpp"
#include "tower.hpp"

namespace assay {

// A point of G2 with the lines of its Miller loop, for points that are paired often.
class PreparedG2 {
 public:
  // A line through multiples of the point, divided so that it starts with 1: at (x, y) it is 1 + l1 (x / y) w + l3 (1 / y) w^3.
  struct Line {
    Fq2 l1, l3;
  };

  PreparedG2() = default;
  // `point` is in G2 and not infinity.
  explicit PreparedG2(const G2& point);
  const Line& line(std::size_t index) const { return lines_[index]; }

 private:
  std::vector<Line> lines_;
};

// Both points are in their groups; q is not infinity. A pair whose p is infinity counts as one.
struct Pair {
  G1 p;
  G2 q;
};
struct PreparedPair {
  G1 p;
  const PreparedG2* q;
};

// The product of the pairs' Miller values. Only its final exponentiation is well defined.
Fq12 miller_loop(const std::vector<Pair>& pairs, const std::vector<PreparedPair>& prepared);

// A power of f^((q^12 - 1) / r) whose exponent r does not divide: one where that is one, and nowhere else. f is not zero.
Fq12 final_exponentiation(const Fq12& f);

}  // namespace assay
