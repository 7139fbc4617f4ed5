// Prime fields of BN254 in Montgomery form with R = 2^256: four 64-bit limbs, least significant first, always canonical.
//
// Nothing here is constant in time. Provers run on the machine of whoever owns the secrets; see docs/threat-model.md.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "inversion.hpp"

namespace assay {

// q, over which the points have their coordinates (EIP-196).
struct FqModulus {
  static constexpr Limbs value{0x3c208c16d87cfd47, 0x97816a916871ca8d, 0xb85045b68181585d, 0x30644e72e131a029};
};

// r, the order of both groups (EIP-196).
struct FrModulus {
  static constexpr Limbs value{0x43e1f593f0000001, 0x2833e84879b97091, 0xb85045b68181585d, 0x30644e72e131a029};
};

// 2^exponent mod modulus.
constexpr Limbs power_of_two_mod(const Limbs& modulus, unsigned exponent) {
  Limbs power{1, 0, 0, 0};
  for (unsigned i = 0; i < exponent; i++) power = add_mod(power, power, modulus);
  return power;
}

template <class Modulus>
struct PrimeField {
  static constexpr Limbs MODULUS = Modulus::value;
  // R, R^2 and R^3 mod the modulus: the forms of one, and of what converts to Montgomery form and mends an inverse.
  static constexpr Limbs R = power_of_two_mod(MODULUS, 256);
  static constexpr Limbs R2 = power_of_two_mod(MODULUS, 512);
  static constexpr Limbs R3 = power_of_two_mod(MODULUS, 768);
  static constexpr std::size_t BYTES = 32;

  Limbs limbs{};

  static constexpr PrimeField zero() { return {}; }
  static constexpr PrimeField one() { return {R}; }
  static PrimeField from_u64(std::uint64_t value) { return from_canonical({value, 0, 0, 0}); }
  // `value` is below the modulus.
  static PrimeField from_canonical(const Limbs& value) { return {montgomery_multiply<Modulus>(value, R2)}; }
  Limbs canonical() const { return montgomery_multiply<Modulus>(limbs, {1, 0, 0, 0}); }

  // Little-endian bytes of a canonical integer; false when it is not below the modulus.
  static bool read(const std::uint8_t* bytes, PrimeField& out) {
    Limbs value;
    std::memcpy(value.data(), bytes, BYTES);
    if (!less_than(value, MODULUS)) return false;
    out = from_canonical(value);
    return true;
  }
  void write(std::uint8_t* bytes) const {
    const Limbs value = canonical();
    std::memcpy(bytes, value.data(), BYTES);
  }
  // Little-endian bytes of the Montgomery form itself, as `.zkey` files hold coordinates.
  static bool read_montgomery(const std::uint8_t* bytes, PrimeField& out) {
    std::memcpy(out.limbs.data(), bytes, BYTES);
    return less_than(out.limbs, MODULUS);
  }
  void write_montgomery(std::uint8_t* bytes) const { std::memcpy(bytes, limbs.data(), BYTES); }

  bool is_zero() const { return (limbs[0] | limbs[1] | limbs[2] | limbs[3]) == 0; }
  friend bool operator==(const PrimeField& a, const PrimeField& b) { return a.limbs == b.limbs; }

  friend PrimeField operator+(const PrimeField& a, const PrimeField& b) { return {add_mod(a.limbs, b.limbs, MODULUS)}; }
  friend PrimeField operator-(const PrimeField& a, const PrimeField& b) { return {subtract_mod(a.limbs, b.limbs, MODULUS)}; }
  friend PrimeField operator*(const PrimeField& a, const PrimeField& b) {
    return {montgomery_multiply<Modulus>(a.limbs, b.limbs)};
  }
  PrimeField operator-() const { return zero() - *this; }
  PrimeField doubled() const { return *this + *this; }
  PrimeField squared() const { return *this * *this; }

  // Zero for zero.
  PrimeField inverse() const { return {montgomery_multiply<Modulus>(invert_mod<Modulus>(limbs), R3)}; }

  PrimeField power(const Limbs& exponent) const {
    PrimeField result = one();
    for (int bit = 255; bit >= 0; bit--) {
      result = result.squared();
      if ((exponent[bit / 64] >> (bit % 64)) & 1) result = result * *this;
    }
    return result;
  }
};

using Fq = PrimeField<FqModulus>;
using Fr = PrimeField<FrModulus>;

// Inverts every element with one inversion (Montgomery's trick); zeros stay zero.
template <class F>
void invert_all(std::vector<F>& values) {
  std::vector<F> products(values.size());
  F product = F::one();
  for (std::size_t i = 0; i < values.size(); i++) {
    products[i] = product;
    if (!values[i].is_zero()) product = product * values[i];
  }
  F inverse = product.inverse();
  for (std::size_t i = values.size(); i-- > 0;) {
    if (values[i].is_zero()) continue;
    const F value = values[i];
    values[i] = inverse * products[i];
    inverse = inverse * value;
  }
}

}  // namespace assay
