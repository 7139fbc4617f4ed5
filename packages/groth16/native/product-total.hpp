// Sums of products of vectors, lane by lane, reduced once for many.
#pragma once

#include "arithmetic.hpp"
#include "product-sum.hpp"

namespace assay {

// Of products of canonical factors, each over the R of the vectors' Montgomery form.
template <class V>
class ProductTotal;

template <class Modulus>
class ProductTotal<Single<Modulus>> {
 public:
  void add(const Single<Modulus>& a, const Single<Modulus>& b) { sum_.add_product(a.value, b.value); }
  // Canonical. What comes after it is added to it.
  Single<Modulus> value() { return {sum_.value()}; }

 private:
  ProductSum<Modulus> sum_;
};

#if defined(__AVX512IFMA__)

template <class Modulus>
class ProductTotal<Lanes<Modulus>> {
 public:
  [[gnu::always_inline]] void add(const Lanes<Modulus>& a, const Lanes<Modulus>& b) {
    if (pending_ == MOST) settle();
    pending_++;
    columns_.add_product(a.limb, b.limb);
  }
  Lanes<Modulus> value() {
    settle();
    return sum_;
  }

 private:
  // A product is below 0.012 moduli times 2^260: so many leave every column below 2^63, and with a canonical sum and what the
  // reduction adds they are below 4 moduli.
  static constexpr unsigned MOST = 128;

  void settle() {
    columns_.reduce();
    for (int j = 0; j < 5; j++) sum_.limb[j] = columns_.t[5 + j];
    sum_ = sum_.carried().template canonical<4>();
    columns_ = Columns<Modulus>::zero();
    for (int j = 0; j < 5; j++) columns_.t[5 + j] = sum_.limb[j];
    pending_ = 0;
  }

  Columns<Modulus> columns_ = Columns<Modulus>::zero();
  Lanes<Modulus> sum_;
  unsigned pending_ = 0;
};

#endif

}  // namespace assay
