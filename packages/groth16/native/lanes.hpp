// Field elements eight at a time: five limbs of 52 bits in each 64-bit lane, Montgomery form with R = 2^260, multiplied by
// AVX-512 IFMA (Gueron and Krasnov, "Software implementation of modular exponentiation, using advanced vector instructions
// architectures", section 5, for the representation).
//
// A value is redundant: any number below 2^260 that is congruent to what it stands for. Each result says below which multiple of
// the modulus it is; a product needs factors whose bounds multiply to less than 64, and is then below twice the modulus.
#pragma once

#if defined(__AVX512IFMA__)

#include "columns.hpp"
#include "field.hpp"
#include "lane-memory.hpp"

namespace assay {

template <class Modulus>
struct Lanes {
  static constexpr std::size_t WIDTH = 8;
  using Scalar = PrimeField<Modulus>;
  using Mask = __mmask8;
  static constexpr Mask ALL = 0xff;

  // 2^EXPONENT modulo the modulus, computed when this is compiled.
  template <unsigned EXPONENT>
  static constexpr Limbs POWER = power_of_two_mod(Modulus::value, EXPONENT);

  __m512i limb[5];

  static constexpr Limbs52 MODULUS = split_52(Modulus::value);
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

  // One lane in all.
  [[gnu::always_inline]] static Lanes lane(const Lanes& a, std::size_t lane) {
    return permuted(a, _mm512_set1_epi64(static_cast<long long>(lane)));
  }
  // Lane index[i] in lane i.
  [[gnu::always_inline]] static Lanes permuted(const Lanes& a, __m512i index) {
    Lanes out;
#pragma GCC unroll 5
    for (int i = 0; i < 5; i++) out.limb[i] = _mm512_permutexvar_epi64(index, a.limb[i]);
    return out;
  }

  // Limbs that may be above 52 bits, or negative in two's complement, brought below; the whole is below 2^260 and not negative.
  [[gnu::always_inline]] Lanes carried() const {
    Lanes out;
    const __m512i mask = _mm512_set1_epi64(static_cast<long long>(MASK_52));
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
    Columns t = Columns::zero();
    t.add_square(limb);
    return reduced(t).carried();
  }

  // low + high * factor and low - high * factor: both bounds grow by two. The factor is canonical, the other bound at most 62.
  [[gnu::always_inline]] static void butterfly(Lanes& low, Lanes& high, const Lanes& factor) {
    Columns t = Columns::zero();
    t.add_product(high.limb, factor.limb);
    const Lanes product = reduced(t);
#pragma GCC unroll 5
    for (int i = 0; i < 5; i++) {
      const __m512i offset = _mm512_set1_epi64(static_cast<long long>(MULTIPLE<2>[i]));
      high.limb[i] = _mm512_sub_epi64(_mm512_add_epi64(low.limb[i], offset), product.limb[i]);
      low.limb[i] = _mm512_add_epi64(low.limb[i], product.limb[i]);
    }
    low = low.carried();
    high = high.carried();
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
    t.add_product(a.limb, b.limb);
    return reduced(t).template brought_near<-1, 3>();
  }
  // The same of a square.
  [[gnu::always_inline]] static Lanes minus_square_and(const Lanes& a, const Lanes& rest) {
    Columns t;
    begin<3, 1>(t, rest);
    t.add_square(a.limb);
    return reduced(t).template brought_near<-1, 3>();
  }
  // a * b - c, from 1 to 3.3, for a product below 2 and a c above 0 and below 3.4.
  [[gnu::always_inline]] static Lanes product_less(const Lanes& a, const Lanes& b, const Lanes& c) {
    Columns t;
    begin<4, -1>(t, c);
    t.add_product(a.limb, b.limb);
    return reduced(t).template brought_near<1, 1>();
  }
  // a * b + c * d - e, with the same bounds.
  [[gnu::always_inline]] static Lanes products_less(const Lanes& a, const Lanes& b, const Lanes& c, const Lanes& d, const Lanes& e) {
    Columns t;
    begin<4, -1>(t, e);
    t.add_product(a.limb, b.limb);
    t.add_product(c.limb, d.limb);
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
  [[gnu::always_inline]] static Lanes load(Word* const (&at)[WIDTH], std::size_t word) {
    Lanes out;
    LaneMemory::load(out.limb, at, word);
    return out;
  }
  // The reverse, of canonical values.
  void store(std::uint64_t* const (&at)[WIDTH], std::size_t word) const { LaneMemory::store(limb, at, word); }

 private:
  using Columns = assay::Columns<Modulus>;

  // The columns over 2^260, in limbs that have not been carried.
  [[gnu::always_inline]] static Lanes reduced(Columns& columns) {
    columns.reduce();
    return {{columns.t[5], columns.t[6], columns.t[7], columns.t[8], columns.t[9]}};
  }
  template <std::size_t COUNT>
  [[gnu::always_inline]] static Lanes product_sum(const std::array<const Lanes*, COUNT>& a, const std::array<const Lanes*, COUNT>& b) {
    Columns t = Columns::zero();
#pragma GCC unroll 2
    for (std::size_t k = 0; k < COUNT; k++) t.add_product(a[k]->limb, b[k]->limb);
    return reduced(t).carried();
  }
  // Columns that become (TIMES moduli + a, or - a) and what is added to them, over 2^260.
  template <int TIMES, int SIGN>
  [[gnu::always_inline]] static void begin(Columns& columns, const Lanes& a) {
#pragma GCC unroll 5
    for (int j = 0; j < 5; j++) {
      const __m512i offset = _mm512_set1_epi64(static_cast<long long>(MULTIPLE<TIMES>[j]));
      columns.t[j] = _mm512_setzero_si512();
      columns.t[5 + j] = SIGN > 0 ? _mm512_add_epi64(offset, a.limb[j]) : _mm512_sub_epi64(offset, a.limb[j]);
    }
  }

  template <int FACTOR, int OFFSET>
  static constexpr auto INTERVALS = interval_multiples(MODULUS, FACTOR, OFFSET);
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
};

}  // namespace assay

#endif
