// Compiled circuits: the `.r1cs` files of circom 2 (iden3 r1cs binary format, version 1).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "field.hpp"

namespace assay {

struct Term {
  std::uint32_t wire;
  Fr coefficient;
};

// The sides of a constraint a * b = c.
enum class Side : std::size_t { a, b, c };

// Wire 0 is the constant one; public signals follow: outputs first, then public inputs.
struct R1cs {
  std::uint32_t wires = 0, public_outputs = 0, public_inputs = 0, constraints = 0;
  // The sums of terms one after the other, of every constraint a, b and c; and where each of them ends.
  std::vector<Term> terms;
  std::vector<std::size_t> ends;

  // The constant one included.
  std::size_t public_wires() const { return std::size_t{1} + public_outputs + public_inputs; }
  std::span<const Term> combination(std::size_t constraint, Side side) const {
    const std::size_t index = 3 * constraint + static_cast<std::size_t>(side);
    const std::size_t begin = index == 0 ? 0 : ends[index - 1];
    return {terms.data() + begin, ends[index] - begin};
  }
};

// Throws Failure MALFORMED_R1CS for whatever src/r1cs.ts refuses, and for the same reason.
R1cs parse_r1cs(std::span<const std::uint8_t> bytes);

}  // namespace assay
