// Field elements eight at a time: five limbs of 52 bits in each 64-bit lane, Montgomery form with R = 2^260, multiplied by
// AVX-512 IFMA (Gueron and Krasnov, "Software implementation of modular exponentiation, using advanced vector instructions
// architectures", section 5, for the representation).
//
// A value is redundant: any number below 2^260 that is congruent to what it stands for. Each result says below which multiple of
// the modulus it is; a product needs factors whose bounds multiply to less than 64, and is then below twice the modulus.
#pragma once

#if defined(__AVX512IFMA__)

#include <immintrin.h>

#include "field.hpp"

namespace assay {

template <class Modulus>
struct Lanes {
  static constexpr std::size_t WIDTH = 8;
  static constexpr std::uint64_t MASK = (std::uint64_t{1} << 52) - 1;
  using Scalar = PrimeField<Modulus>;
  using Mask = __mmask8;
  static constexpr Mask ALL = 0xff;

  // 2^EXPONENT modulo the modulus, computed when this is compiled.
  template <unsigned EXPONENT>
  static constexpr Limbs POWER = power_of_two_mod(Modulus::value, EXPONENT);

  __m512i limb[5];

  // Limb i of an integer below 2^260 given in 64-bit limbs.
  static constexpr std::uint64_t limb_52(const Limbs& value, int i) {
    const int bit = 52 * i;
    const int word = bit / 64;
    const int shift = bit % 64;
    std::uint64_t result = value[word] >> shift;
    if (shift > 12 && word < 3) result |= value[word + 1] << (64 - shift);
    return result & MASK;
  }
  using Limbs52 = std::array<std::uint64_t, 5>;
  static constexpr Limbs52 split(const Limbs& value) {
    return {limb_52(value, 0), limb_52(value, 1), limb_52(value, 2), limb_52(value, 3), limb_52(value, 4)};
  }
  static constexpr Limbs52 multiply_small(const Limbs52& value, unsigned times) {
    Limbs52 product{};
    std::uint64_t carry = 0;
    for (int i = 0; i < 5; i++) {
      const std::uint64_t sum = value[i] * times + carry;
      product[i] = i == 4 ? sum : sum & MASK;
      carry = sum >> 52;
    }
    return product;
  }
  static constexpr Limbs52 MODULUS = split(Modulus::value);
  // Small multiples of the modulus; the highest limb may be longer than the others.
  template <int TIMES>
  static constexpr Limbs52 MULTIPLE = multiply_small(MODULUS, TIMES);

  static Lanes broadcast(const Limbs& value) {
    Lanes out;
#pragma GCC unroll 5
    for (int i = 0; i < 5; i++) out.limb[i] = _mm512_set1_epi64(static_cast<long long>(limb_52(value, i)));
    return out;
  }
  static Lanes zero() {
    Lanes out;
    for (auto& limb : out.limb) limb = _mm512_setzero_si512();
    return out;
  }
  static Lanes one() { return broadcast(POWER<260>); }

  // Limbs that may be above 52 bits, or negative in two's complement, brought below; the whole is below 2^260 and not negative.
  [[gnu::always_inline]] Lanes carried() const {
    Lanes out;
    const __m512i mask = _mm512_set1_epi64(static_cast<long long>(MASK));
    __m512i carry = _mm512_setzero_si512();
#pragma GCC unroll 5
    for (int i = 0; i < 4; i++) {
      const __m512i sum = _mm512_add_epi64(limb[i], carry);
      out.limb[i] = _mm512_and_si512(sum, mask);
      carry = _mm512_srai_epi64(sum, 52);
    }
    out.limb[4] = _mm512_add_epi64(limb[4], carry);
    return out;
  }

  // Below the sum of the bounds.
  [[gnu::always_inline]] friend Lanes operator+(const Lanes& a, const Lanes& b) {
    Lanes out;
#pragma GCC unroll 5
    for (int i = 0; i < 5; i++) out.limb[i] = _mm512_add_epi64(a.limb[i], b.limb[i]);
    return out.carried();
  }
  // b is below `TIMES` moduli; below the bound of a plus TIMES.
  template <int TIMES>
  [[gnu::always_inline]] static Lanes difference(const Lanes& a, const Lanes& b) {
    Lanes out;
#pragma GCC unroll 5
    for (int i = 0; i < 5; i++) {
      const __m512i offset = _mm512_set1_epi64(static_cast<long long>(MULTIPLE<TIMES>[i]));
      out.limb[i] = _mm512_sub_epi64(_mm512_add_epi64(a.limb[i], offset), b.limb[i]);
    }
    return out.carried();
  }

  // a * b / 2^260, below twice the modulus.
  [[gnu::always_inline]] friend Lanes operator*(const Lanes& a, const Lanes& b) { return product_sum<1>({&a}, {&b}); }
  // (a * b + c * d) / 2^260, below twice the modulus, when the products of the bounds add up to less than 64.
  [[gnu::always_inline]] static Lanes sum_of_products(const Lanes& a, const Lanes& b, const Lanes& c, const Lanes& d) {
    return product_sum<2>({&a, &c}, {&b, &d});
  }
  [[gnu::always_inline]] Lanes squared() const {
    Columns t;
    for (auto& column : t) column = _mm512_setzero_si512();
    add_square(t, *this);
    return reduced(t).carried();
  }

  // Steps of `RunningSums`. What they take and give is between bounds of their own, in moduli.

  template <int TIMES>
  static Lanes multiple() {
    Lanes out;
    for (int i = 0; i < 5; i++) out.limb[i] = _mm512_set1_epi64(static_cast<long long>(MULTIPLE<TIMES>[i]));
    return out;
  }
  // a - b, for `minus_product_and` alone: its limbs may be negative.
  [[gnu::always_inline]] static Lanes loose_difference(const Lanes& a, const Lanes& b) {
    Lanes out;
#pragma GCC unroll 5
    for (int i = 0; i < 5; i++) out.limb[i] = _mm512_sub_epi64(a.limb[i], b.limb[i]);
    return out;
  }
  // a + b, and where the mask is set a - b, which is not negative.
  [[gnu::always_inline]] static Lanes sum_or_difference(const Lanes& a, const Lanes& b, Mask mask) {
    Lanes out;
#pragma GCC unroll 5
    for (int i = 0; i < 5; i++) {
      out.limb[i] = _mm512_mask_sub_epi64(_mm512_add_epi64(a.limb[i], b.limb[i]), mask, a.limb[i], b.limb[i]);
    }
    return out.carried();
  }
  // -(a * b + rest), from 0.7 to 3, for a product below 2 and a loose rest above -3 and at most 3.
  [[gnu::always_inline]] static Lanes minus_product_and(const Lanes& a, const Lanes& b, const Lanes& rest) {
    Columns t;
    begin<3, 1>(t, rest);
    add_product(t, a, b);
    return reduced(t).template brought_near<-1, 3>();
  }
  // The same of a square.
  [[gnu::always_inline]] static Lanes minus_square_and(const Lanes& a, const Lanes& rest) {
    Columns t;
    begin<3, 1>(t, rest);
    add_square(t, a);
    return reduced(t).template brought_near<-1, 3>();
  }
  // a * b - c, from 1 to 3.3, for a product below 2 and a c above 0 and below 3.4.
  [[gnu::always_inline]] static Lanes product_less(const Lanes& a, const Lanes& b, const Lanes& c) {
    Columns t;
    begin<4, -1>(t, c);
    add_product(t, a, b);
    return reduced(t).template brought_near<1, 1>();
  }
  // a * b + c * d - e, with the same bounds.
  [[gnu::always_inline]] static Lanes products_less(const Lanes& a, const Lanes& b, const Lanes& c, const Lanes& d, const Lanes& e) {
    Columns t;
    begin<4, -1>(t, e);
    add_product(t, a, b);
    add_product(t, c, d);
    return reduced(t).template brought_near<1, 1>();
  }

  // Where the mask is set `b`, else `a`.
  [[gnu::always_inline]] static Lanes blend(Mask mask, const Lanes& a, const Lanes& b) {
    Lanes out;
#pragma GCC unroll 5
    for (int i = 0; i < 5; i++) out.limb[i] = _mm512_mask_blend_epi64(mask, a.limb[i], b.limb[i]);
    return out;
  }

  // The value minus `TIMES` moduli where that is not negative.
  template <int TIMES>
  [[gnu::always_inline]] Lanes reduced_by() const {
    Lanes less;
#pragma GCC unroll 5
    for (int i = 0; i < 5; i++) {
      less.limb[i] = _mm512_sub_epi64(limb[i], _mm512_set1_epi64(static_cast<long long>(MULTIPLE<TIMES>[i])));
    }
    less = less.carried();
    return blend(_mm512_movepi64_mask(less.limb[4]), less, *this);
  }
  // Below twice the modulus, for a value below BOUND moduli (a power of two).
  template <int BOUND>
  Lanes below_2() const {
    if constexpr (BOUND <= 2) {
      return *this;
    } else {
      return reduced_by<BOUND / 2>().template below_2<BOUND / 2>();
    }
  }
  template <int BOUND>
  Lanes canonical() const {
    return below_2<BOUND>().template reduced_by<1>();
  }

  // Lanes that are zero, of canonical values.
  [[gnu::always_inline]] Mask zero_mask() const {
    const __m512i any = _mm512_or_si512(_mm512_or_si512(_mm512_or_si512(limb[0], limb[1]), _mm512_or_si512(limb[2], limb[3])),
                                        limb[4]);
    return _mm512_testn_epi64_mask(any, any);
  }

  // Lanes in which canonical values are equal.
  [[gnu::always_inline]] static Mask equal(const Lanes& a, const Lanes& b) {
    Mask mask = 0xff;
#pragma GCC unroll 5
    for (int i = 0; i < 5; i++) mask &= _mm512_cmpeq_epi64_mask(a.limb[i], b.limb[i]);
    return mask;
  }

  // 1 / a, below twice the modulus, for a value below that of which no lane is zero: one inversion for all lanes.
  static Lanes inverse(const Lanes& a) {
    std::vector<Scalar> values(WIDTH);
    std::uint64_t* at[WIDTH];
    for (std::size_t i = 0; i < WIDTH; i++) at[i] = values[i].limbs.data();
    a.template canonical<2>().store(at, 0);
    // Read as R = 2^256: what is stored for x is x 2^260, and comes back as 2^512 / (x 2^260).
    invert_all(values);
    return load(at, 0) * broadcast(POWER<268>);
  }

  // How elements lie in memory: four 64-bit limbs of the canonical Montgomery form, R = 2^260.
  static constexpr std::size_t WORDS = 4;
  using Field = Scalar;
  static void write(const Scalar& x, std::uint64_t* words) {
    const Limbs limbs = montgomery_multiply<Modulus>(x.limbs, POWER<260>);
    std::memcpy(words, limbs.data(), Scalar::BYTES);
  }
  static void negate(std::uint64_t* words) {
    const Limbs negated = subtract_mod({}, {words[0], words[1], words[2], words[3]}, Modulus::value);
    std::memcpy(words, negated.data(), Scalar::BYTES);
  }
  static Scalar read(const std::uint64_t* words) {
    return {montgomery_multiply<Modulus>({words[0], words[1], words[2], words[3]}, POWER<252>)};
  }

  // Lane i from the four words at at[i] + word.
  template <class Word>
  static Lanes load(Word* const (&at)[WIDTH], std::size_t word) {
    const __m512i p04 = pair(at[0] + word, at[4] + word), p15 = pair(at[1] + word, at[5] + word);
    const __m512i p26 = pair(at[2] + word, at[6] + word), p37 = pair(at[3] + word, at[7] + word);
    // Transposes within each half: word i of integers 0 to 3 | word i of integers 4 to 7.
    const __m512i a = _mm512_unpacklo_epi64(p04, p15), b = _mm512_unpackhi_epi64(p04, p15);
    const __m512i c = _mm512_unpacklo_epi64(p26, p37), d = _mm512_unpackhi_epi64(p26, p37);
    const __m512i low = _mm512_setr_epi64(0, 1, 8, 9, 4, 5, 12, 13), high = _mm512_setr_epi64(2, 3, 10, 11, 6, 7, 14, 15);
    return from_words(_mm512_permutex2var_epi64(a, low, c), _mm512_permutex2var_epi64(b, low, d),
                      _mm512_permutex2var_epi64(a, high, c), _mm512_permutex2var_epi64(b, high, d));
  }
  // The reverse, of canonical values.
  void store(std::uint64_t* const (&at)[WIDTH], std::size_t word) const {
    __m512i w[4];
    to_words(w);
    const __m512i a = _mm512_unpacklo_epi64(w[0], w[1]), b = _mm512_unpackhi_epi64(w[0], w[1]);
    const __m512i c = _mm512_unpacklo_epi64(w[2], w[3]), d = _mm512_unpackhi_epi64(w[2], w[3]);
    const __m512i low = _mm512_setr_epi64(0, 1, 8, 9, 4, 5, 12, 13), high = _mm512_setr_epi64(2, 3, 10, 11, 6, 7, 14, 15);
    store_pair(_mm512_permutex2var_epi64(a, low, c), at[0] + word, at[4] + word);
    store_pair(_mm512_permutex2var_epi64(b, low, d), at[1] + word, at[5] + word);
    store_pair(_mm512_permutex2var_epi64(a, high, c), at[2] + word, at[6] + word);
    store_pair(_mm512_permutex2var_epi64(b, high, d), at[3] + word, at[7] + word);
  }

 private:
  // Columns of a product; column j has weight 2^(52 j). None gets more than 20 numbers of 52 bits for each product.
  using Columns = __m512i[10];

  [[gnu::always_inline]] static void add_product(Columns& t, const Lanes& a, const Lanes& b) {
#pragma GCC unroll 5
    for (int i = 0; i < 5; i++) {
#pragma GCC unroll 5
      for (int j = 0; j < 5; j++) t[i + j] = _mm512_madd52lo_epu64(t[i + j], a.limb[j], b.limb[i]);
#pragma GCC unroll 5
      for (int j = 0; j < 5; j++) t[i + j + 1] = _mm512_madd52hi_epu64(t[i + j + 1], a.limb[j], b.limb[i]);
    }
  }
  // Of columns that are zero but for the five highest.
  [[gnu::always_inline]] static void add_square(Columns& t, const Lanes& a) {
    Columns twice;
    for (auto& column : twice) column = _mm512_setzero_si512();
#pragma GCC unroll 5
    for (int i = 0; i < 5; i++) {
#pragma GCC unroll 5
      for (int j = i + 1; j < 5; j++) {
        twice[i + j] = _mm512_madd52lo_epu64(twice[i + j], a.limb[j], a.limb[i]);
        twice[i + j + 1] = _mm512_madd52hi_epu64(twice[i + j + 1], a.limb[j], a.limb[i]);
      }
    }
#pragma GCC unroll 8
    for (int j = 1; j < 9; j++) {
      const __m512i doubled = _mm512_add_epi64(twice[j], twice[j]);
      t[j] = j < 5 ? doubled : _mm512_add_epi64(t[j], doubled);
    }
#pragma GCC unroll 5
    for (int i = 0; i < 5; i++) {
      t[2 * i] = _mm512_madd52lo_epu64(t[2 * i], a.limb[i], a.limb[i]);
      t[2 * i + 1] = _mm512_madd52hi_epu64(t[2 * i + 1], a.limb[i], a.limb[i]);
    }
  }
  // The columns over 2^260, in limbs that have not been carried.
  [[gnu::always_inline]] static Lanes reduced(Columns& t) {
    static constexpr std::uint64_t inverse = negated_inverse_64(Modulus::value[0]) & MASK;
    const __m512i k0 = _mm512_set1_epi64(static_cast<long long>(inverse));
    const __m512i mask = _mm512_set1_epi64(static_cast<long long>(MASK));
    __m512i m[5];
#pragma GCC unroll 5
    for (int j = 0; j < 5; j++) m[j] = _mm512_set1_epi64(static_cast<long long>(MODULUS[j]));
#pragma GCC unroll 5
    for (int i = 0; i < 5; i++) {
      const __m512i q = _mm512_madd52lo_epu64(_mm512_setzero_si512(), t[i], k0);
      // With q * m[0] column i is divisible by 2^52. What it then carries is its own quotient, rounded up.
      t[i + 1] = _mm512_add_epi64(t[i + 1], _mm512_srli_epi64(_mm512_add_epi64(t[i], mask), 52));
      t[i + 1] = _mm512_madd52hi_epu64(t[i + 1], q, m[0]);
#pragma GCC unroll 5
      for (int j = 1; j < 5; j++) {
        t[i + j] = _mm512_madd52lo_epu64(t[i + j], q, m[j]);
        t[i + j + 1] = _mm512_madd52hi_epu64(t[i + j + 1], q, m[j]);
      }
    }
    return {{t[5], t[6], t[7], t[8], t[9]}};
  }
  template <std::size_t COUNT>
  [[gnu::always_inline]] static Lanes product_sum(const std::array<const Lanes*, COUNT>& a, const std::array<const Lanes*, COUNT>& b) {
    Columns t;
    for (auto& column : t) column = _mm512_setzero_si512();
#pragma GCC unroll 2
    for (std::size_t k = 0; k < COUNT; k++) add_product(t, *a[k], *b[k]);
    return reduced(t).carried();
  }
  // Columns that become (TIMES moduli + a, or - a) and what is added to them, over 2^260.
  template <int TIMES, int SIGN>
  [[gnu::always_inline]] static void begin(Columns& t, const Lanes& a) {
#pragma GCC unroll 5
    for (int j = 0; j < 5; j++) {
      const __m512i offset = _mm512_set1_epi64(static_cast<long long>(MULTIPLE<TIMES>[j]));
      t[j] = _mm512_setzero_si512();
      t[5 + j] = SIGN > 0 ? _mm512_add_epi64(offset, a.limb[j]) : _mm512_sub_epi64(offset, a.limb[j]);
    }
  }

  // For each of eight intervals of 2^254, limb by limb, the largest multiple of the modulus that is not above them and FACTOR times
  // it, and OFFSET moduli more.
  template <int FACTOR, int OFFSET>
  static constexpr std::array<std::array<std::int64_t, 8>, 5> INTERVALS = [] {
    std::array<std::array<std::int64_t, 8>, 5> table{};
    const std::uint64_t high = MODULUS[4];
    for (std::uint64_t interval = 0; interval < 8; interval++) {
      // MODULUS is not near enough to a multiple of 2^254 / times for its lower limbs to matter: see the assertion.
      const int times = FACTOR * static_cast<int>((interval << 46) / (high + 1)) + OFFSET;
      for (int j = 0; j < 5; j++) {
        table[static_cast<std::size_t>(j)][interval] = times * static_cast<std::int64_t>(MODULUS[static_cast<std::size_t>(j)]);
      }
    }
    return table;
  }();
  static __m512i interval_limb(const std::array<std::int64_t, 8>& limbs, __m512i interval) {
    return _mm512_permutexvar_epi64(interval, _mm512_loadu_si512(limbs.data()));
  }
  // For a value above 0 and below 8 whose limbs may not have been carried: OFFSET + SIGN * v, where v is congruent to it and below
  // 2.3 moduli.
  template <int SIGN, int OFFSET>
  [[gnu::always_inline]] Lanes brought_near() const {
    const __m512i interval = _mm512_srli_epi64(limb[4], 46);
    Lanes out;
#pragma GCC unroll 5
    for (std::size_t j = 0; j < 5; j++) {
      const __m512i near = interval_limb(INTERVALS<-SIGN, OFFSET>[j], interval);
      out.limb[j] = SIGN > 0 ? _mm512_add_epi64(near, limb[j]) : _mm512_sub_epi64(near, limb[j]);
    }
    return out.carried();
  }

  [[gnu::always_inline]] static Lanes from_words(__m512i w0, __m512i w1, __m512i w2, __m512i w3) {
    const __m512i mask = _mm512_set1_epi64(static_cast<long long>(MASK));
    return {{
        _mm512_and_si512(w0, mask),
        masked_funnel(w0, w1, 52, mask),
        masked_funnel(w1, w2, 40, mask),
        masked_funnel(w2, w3, 28, mask),
        _mm512_srli_epi64(w3, 16),
    }};
  }
  [[gnu::always_inline]] void to_words(__m512i (&w)[4]) const {
    w[0] = _mm512_or_si512(limb[0], _mm512_slli_epi64(limb[1], 52));
    w[1] = _mm512_or_si512(_mm512_srli_epi64(limb[1], 12), _mm512_slli_epi64(limb[2], 40));
    w[2] = _mm512_or_si512(_mm512_srli_epi64(limb[2], 24), _mm512_slli_epi64(limb[3], 28));
    w[3] = _mm512_or_si512(_mm512_srli_epi64(limb[3], 36), _mm512_slli_epi64(limb[4], 16));
  }

  static __m512i masked_funnel(__m512i low, __m512i high, unsigned shift, __m512i mask) {
    constexpr int EITHER_AND_MASK = 0xa8;
    return _mm512_ternarylogic_epi64(_mm512_srli_epi64(low, shift), _mm512_slli_epi64(high, 64 - shift), mask, EITHER_AND_MASK);
  }
  static __m512i pair(const std::uint64_t* low, const std::uint64_t* high) {
    return _mm512_inserti64x4(_mm512_castsi256_si512(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(low))),
                              _mm256_loadu_si256(reinterpret_cast<const __m256i*>(high)), 1);
  }
  static void store_pair(__m512i value, std::uint64_t* low, std::uint64_t* high) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(low), _mm512_castsi512_si256(value));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(high), _mm512_extracti64x4_epi64(value, 1));
  }
};

}  // namespace assay

#endif
