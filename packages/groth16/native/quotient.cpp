#include "quotient.hpp"

#include <algorithm>

#include "tasks.hpp"

namespace assay {

template <class V>
WipedVector<SignedScalar> Quotient<V>::scalars(const WipedVector<Limbs>& witness, unsigned threads) const {
  const std::size_t size = transform_.size();
  typename Transform<V>::Vectors left, right, product(transform_.vectors());
  {
    const WipedVector<Limbs> sides = sides_.values(witness, threads);
    left = transform_.read(std::span{sides}.first(size));
    right = transform_.read(std::span{sides}.last(size));
  }
  std::transform(left.begin(), left.end(), right.begin(), product.begin(), [](const V& a, const V& b) { return a * b; });
  typename Transform<V>::Vectors* const transformed[] = {&left, &right, &product};
  run_tasks(threads, 3, [&](std::size_t i) { transform_.to_odd_powers(*transformed[i]); });
  const WipedVector<Limbs> values = transform_.quotient(left, right, product);
  WipedVector<SignedScalar> scalars(size);
  std::transform(values.begin(), values.end(), scalars.begin(), SignedScalar::from);
  return scalars;
}

template class Quotient<FrVector>;
#if defined(__AVX512IFMA__)
template class Quotient<Single<FrModulus>>;
#endif

}  // namespace assay
