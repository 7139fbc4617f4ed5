// Integers below 2^260 in five limbs of 52 bits, least significant first.
#pragma once

#include "montgomery.hpp"

namespace assay {

using Limbs52 = std::array<std::uint64_t, 5>;

constexpr std::uint64_t MASK_52 = (std::uint64_t{1} << 52) - 1;

// Limb i of an integer given in 64-bit limbs.
constexpr std::uint64_t limb_52(const Limbs& value, int i) {
  const int bit = 52 * i;
  const int word = bit / 64;
  const int shift = bit % 64;
  std::uint64_t result = value[word] >> shift;
  if (shift > 12 && word < 3) result |= value[word + 1] << (64 - shift);
  return result & MASK_52;
}

constexpr Limbs52 split_52(const Limbs& value) {
  return {limb_52(value, 0), limb_52(value, 1), limb_52(value, 2), limb_52(value, 3), limb_52(value, 4)};
}

// The highest limb may be longer than the others.
constexpr Limbs52 multiply_small(const Limbs52& value, unsigned times) {
  Limbs52 product{};
  std::uint64_t carry = 0;
  for (int i = 0; i < 5; i++) {
    const std::uint64_t sum = value[i] * times + carry;
    product[i] = i == 4 ? sum : sum & MASK_52;
    carry = sum >> 52;
  }
  return product;
}

// For each of eight intervals of 2^254, limb by limb, the largest multiple of the modulus that is not above them and `factor` times
// it, and `offset` moduli more. The modulus has 254 bits, and is not so near to a part of 2^254 that its lower limbs matter.
constexpr std::array<std::array<std::int64_t, 8>, 5> interval_multiples(const Limbs52& modulus, int factor, int offset) {
  std::array<std::array<std::int64_t, 8>, 5> table{};
  for (std::uint64_t interval = 0; interval < 8; interval++) {
    const int times = factor * static_cast<int>((interval << 46) / (modulus[4] + 1)) + offset;
    for (std::size_t j = 0; j < 5; j++) table[j][interval] = times * static_cast<std::int64_t>(modulus[j]);
  }
  return table;
}

}  // namespace assay
