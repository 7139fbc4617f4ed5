// Integers in signed digits, of which few are not zero.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "montgomery.hpp"

namespace assay {

// The form of `value` in digits of 2^i, least significant first, that are zero or odd and below 2^(width - 1) in size, with at
// most one of `width` neighbours not zero (width 2: the non-adjacent form). `value` is below 2^(N - 1).
template <std::size_t N>
constexpr std::array<std::int8_t, N> signed_digits(u128 value, unsigned width) {
  const int range = 1 << width;
  std::array<std::int8_t, N> digits{};
  for (std::size_t i = 0; i < N; i++, value >>= 1) {
    if ((value & 1) == 0) continue;
    int digit = static_cast<int>(value & static_cast<unsigned>(range - 1));
    if (digit >= range / 2) digit -= range;
    digits[i] = static_cast<std::int8_t>(digit);
    value -= static_cast<u128>(static_cast<__int128>(digit));
  }
  return digits;
}

// Where the size of an odd digit stands in a table of odd multiples.
constexpr std::size_t odd_index(std::int8_t digit) { return static_cast<std::size_t>(digit > 0 ? digit : -digit) / 2; }

}  // namespace assay
