// What a proof's sum over the quotient takes: both sides of the constraints, and their product less what it has to be.
#pragma once

#include "multi-scalar.hpp"
#include "row-sums.hpp"
#include "transform.hpp"

namespace assay {

// V: vectors that the domain fills, two at least.
template <class V>
class Quotient {
 public:
  // Of the left and right sides of the constraints, a row for each element of the domain.
  Quotient(const Matrix& left, const Matrix& right) : sides_{std::array{&left, &right}}, transform_{left.starts.size() - 1} {}

  // On a witness of canonical values: the quotient's values, times what the key's points are divided by.
  WipedVector<SignedScalar> scalars(const WipedVector<Limbs>& witness, unsigned threads) const;

  std::size_t memory_bytes() const { return sides_.memory_bytes() + transform_.memory_bytes(); }

 private:
  RowSums<V> sides_;
  Transform<V> transform_;
};

extern template class Quotient<FrVector>;
#if defined(__AVX512IFMA__)
// For domains that do not fill vectors.
extern template class Quotient<Single<FrModulus>>;
#endif

}  // namespace assay
