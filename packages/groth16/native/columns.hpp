// Products of eight pairs of integers in limbs of 52 bits, by columns, with AVX-512 IFMA.
#pragma once

#if defined(__AVX512IFMA__)

#include <immintrin.h>

#include "limbs-52.hpp"

namespace assay {

// Column j has weight 2^(52 j). None gets more than ten numbers of 52 bits for each product, and as many for its reduction.
template <class Modulus>
struct Columns {
  using Limb = __m512i;
  static constexpr Limbs52 MODULUS = split_52(Modulus::value);

  Limb t[10];

  [[gnu::always_inline]] static Columns zero() {
    Columns out;
    for (auto& column : out.t) column = _mm512_setzero_si512();
    return out;
  }

  [[gnu::always_inline]] void add_product(const Limb (&a)[5], const Limb (&b)[5]) {
#pragma GCC unroll 5
    for (int i = 0; i < 5; i++) {
#pragma GCC unroll 5
      for (int j = 0; j < 5; j++) t[i + j] = _mm512_madd52lo_epu64(t[i + j], a[j], b[i]);
#pragma GCC unroll 5
      for (int j = 0; j < 5; j++) t[i + j + 1] = _mm512_madd52hi_epu64(t[i + j + 1], a[j], b[i]);
    }
  }

  // To columns that are zero but for the five highest.
  [[gnu::always_inline]] void add_square(const Limb (&a)[5]) {
    Limb twice[10];
    for (auto& column : twice) column = _mm512_setzero_si512();
#pragma GCC unroll 5
    for (int i = 0; i < 5; i++) {
#pragma GCC unroll 5
      for (int j = i + 1; j < 5; j++) {
        twice[i + j] = _mm512_madd52lo_epu64(twice[i + j], a[j], a[i]);
        twice[i + j + 1] = _mm512_madd52hi_epu64(twice[i + j + 1], a[j], a[i]);
      }
    }
#pragma GCC unroll 8
    for (int j = 1; j < 9; j++) {
      const Limb doubled = _mm512_add_epi64(twice[j], twice[j]);
      t[j] = j < 5 ? doubled : _mm512_add_epi64(t[j], doubled);
    }
#pragma GCC unroll 5
    for (int i = 0; i < 5; i++) {
      t[2 * i] = _mm512_madd52lo_epu64(t[2 * i], a[i], a[i]);
      t[2 * i + 1] = _mm512_madd52hi_epu64(t[2 * i + 1], a[i], a[i]);
    }
  }

  // Over 2^260 modulo the modulus, in the five highest columns, which are not carried. The others are used up.
  [[gnu::always_inline]] void reduce() {
    static constexpr std::uint64_t inverse = negated_inverse_64(Modulus::value[0]) & MASK_52;
    const Limb k0 = _mm512_set1_epi64(static_cast<long long>(inverse));
    const Limb mask = _mm512_set1_epi64(static_cast<long long>(MASK_52));
    Limb m[5];
#pragma GCC unroll 5
    for (int j = 0; j < 5; j++) m[j] = _mm512_set1_epi64(static_cast<long long>(MODULUS[j]));
#pragma GCC unroll 5
    for (int i = 0; i < 5; i++) {
      const Limb q = _mm512_madd52lo_epu64(_mm512_setzero_si512(), t[i], k0);
      // With q * m[0] column i is divisible by 2^52. What it then carries is its own quotient, rounded up.
      t[i + 1] = _mm512_add_epi64(t[i + 1], _mm512_srli_epi64(_mm512_add_epi64(t[i], mask), 52));
      t[i + 1] = _mm512_madd52hi_epu64(t[i + 1], q, m[0]);
#pragma GCC unroll 5
      for (int j = 1; j < 5; j++) {
        t[i + j] = _mm512_madd52lo_epu64(t[i + j], q, m[j]);
        t[i + j + 1] = _mm512_madd52hi_epu64(t[i + j + 1], q, m[j]);
      }
    }
  }
};

}  // namespace assay

#endif
