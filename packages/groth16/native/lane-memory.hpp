// Eight integers of four words each, between memory and vectors of limbs of 52 bits.
#pragma once

#if defined(__AVX512IFMA__)

#include <immintrin.h>

#include "limbs-52.hpp"

namespace assay {

class LaneMemory {
 public:
  using Limb = __m512i;
  static constexpr std::size_t WIDTH = 8;

  // Lane i from the four words at at[i] + word.
  template <class Word>
  [[gnu::always_inline]] static void load(Limb (&limb)[5], Word* const (&at)[WIDTH], std::size_t word) {
    const Limb p04 = pair(at[0] + word, at[4] + word), p15 = pair(at[1] + word, at[5] + word);
    const Limb p26 = pair(at[2] + word, at[6] + word), p37 = pair(at[3] + word, at[7] + word);
    // Transposes within each half: word i of integers 0 to 3 | word i of integers 4 to 7.
    const Limb a = _mm512_unpacklo_epi64(p04, p15), b = _mm512_unpackhi_epi64(p04, p15);
    const Limb c = _mm512_unpacklo_epi64(p26, p37), d = _mm512_unpackhi_epi64(p26, p37);
    const Limb low = _mm512_setr_epi64(0, 1, 8, 9, 4, 5, 12, 13), high = _mm512_setr_epi64(2, 3, 10, 11, 6, 7, 14, 15);
    from_words(limb, _mm512_permutex2var_epi64(a, low, c), _mm512_permutex2var_epi64(b, low, d),
               _mm512_permutex2var_epi64(a, high, c), _mm512_permutex2var_epi64(b, high, d));
  }

  // The reverse, of limbs that are below 2^52.
  static void store(const Limb (&limb)[5], std::uint64_t* const (&at)[WIDTH], std::size_t word) {
    Limb w[4];
    to_words(limb, w);
    const Limb a = _mm512_unpacklo_epi64(w[0], w[1]), b = _mm512_unpackhi_epi64(w[0], w[1]);
    const Limb c = _mm512_unpacklo_epi64(w[2], w[3]), d = _mm512_unpackhi_epi64(w[2], w[3]);
    const Limb low = _mm512_setr_epi64(0, 1, 8, 9, 4, 5, 12, 13), high = _mm512_setr_epi64(2, 3, 10, 11, 6, 7, 14, 15);
    store_pair(_mm512_permutex2var_epi64(a, low, c), at[0] + word, at[4] + word);
    store_pair(_mm512_permutex2var_epi64(b, low, d), at[1] + word, at[5] + word);
    store_pair(_mm512_permutex2var_epi64(a, high, c), at[2] + word, at[6] + word);
    store_pair(_mm512_permutex2var_epi64(b, high, d), at[3] + word, at[7] + word);
  }

 private:
  [[gnu::always_inline]] static void from_words(Limb (&limb)[5], Limb w0, Limb w1, Limb w2, Limb w3) {
    const Limb mask = _mm512_set1_epi64(static_cast<long long>(MASK_52));
    limb[0] = _mm512_and_si512(w0, mask);
    limb[1] = masked_funnel(w0, w1, 52, mask);
    limb[2] = masked_funnel(w1, w2, 40, mask);
    limb[3] = masked_funnel(w2, w3, 28, mask);
    limb[4] = _mm512_srli_epi64(w3, 16);
  }
  [[gnu::always_inline]] static void to_words(const Limb (&limb)[5], Limb (&w)[4]) {
    w[0] = _mm512_or_si512(limb[0], _mm512_slli_epi64(limb[1], 52));
    w[1] = _mm512_or_si512(_mm512_srli_epi64(limb[1], 12), _mm512_slli_epi64(limb[2], 40));
    w[2] = _mm512_or_si512(_mm512_srli_epi64(limb[2], 24), _mm512_slli_epi64(limb[3], 28));
    w[3] = _mm512_or_si512(_mm512_srli_epi64(limb[3], 36), _mm512_slli_epi64(limb[4], 16));
  }

  static Limb masked_funnel(Limb low, Limb high, unsigned shift, Limb mask) {
    constexpr int EITHER_AND_MASK = 0xa8;
    return _mm512_ternarylogic_epi64(_mm512_srli_epi64(low, shift), _mm512_slli_epi64(high, 64 - shift), mask, EITHER_AND_MASK);
  }
  static Limb pair(const std::uint64_t* low, const std::uint64_t* high) {
    return _mm512_inserti64x4(_mm512_castsi256_si512(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(low))),
                              _mm256_loadu_si256(reinterpret_cast<const __m256i*>(high)), 1);
  }
  static void store_pair(Limb value, std::uint64_t* low, std::uint64_t* high) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(low), _mm512_castsi512_si256(value));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(high), _mm512_extracti64x4_epi64(value, 1));
  }
};

}  // namespace assay

#endif
