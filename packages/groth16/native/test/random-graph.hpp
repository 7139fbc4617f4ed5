// Witness graphs at random: files of any instructions, of which every one is valid.
#pragma once

#include <cstring>
#include <random>
#include <vector>

#include "../witness-program.hpp"
#include "../field.hpp"

namespace assay::test {

using Bytes = std::vector<std::uint8_t>;

class GraphMaker {
 public:
  explicit GraphMaker(std::uint64_t seed) : engine_(seed) {}

  std::uint64_t word() { return engine_(); }
  std::uint32_t below(std::size_t bound) { return static_cast<std::uint32_t>(engine_() % bound); }

  // Any value below r, often one at an edge.
  Limbs value() {
    switch (below(6)) {
      case 0:
        return {below(300), 0, 0, 0};
      case 1:
        return subtract_mod({}, {below(300), 0, 0, 0}, Fr::MODULUS);
      case 2: {
        Limbs power{};
        const unsigned bit = below(254);
        power[bit / 64] = std::uint64_t{1} << (bit % 64);
        return less_than(power, Fr::MODULUS) ? power : Limbs{};
      }
      default:
        for (;;) {
          const Limbs limbs{word(), word(), word(), word() >> 2};
          if (less_than(limbs, Fr::MODULUS)) return limbs;
        }
    }
  }

  // Wires of random values that `instructions` random instructions compute.
  Bytes file(std::uint32_t inputs, std::uint32_t constants, std::uint32_t slots, unsigned instructions) {
    std::vector<std::uint32_t> words, written;
    for (std::uint32_t slot = 0; slot < inputs + constants; slot++) written.push_back(slot);
    const auto any = [&] { return written[below(written.size())]; };
    const auto target = [&] { return inputs + constants + below(slots); };
    for (unsigned i = 0; i < instructions; i++) {
      const auto operation = static_cast<Operation>(below(static_cast<std::uint32_t>(Operation::require)));
      std::vector<std::uint32_t> results{target()};
      std::vector<std::uint32_t> operands;
      std::uint32_t count = 0;
      if (operation == Operation::sum) {
        const std::uint32_t added = below(4), subtracted = below(4);
        count = below(12);
        words.push_back(static_cast<std::uint32_t>(operation) | count << 8);
        words.push_back(added | subtracted << 16);
        for (std::uint32_t k = 0; k < 2 * count + added + subtracted; k++) operands.push_back(any());
      } else if (operation == Operation::invert) {
        count = below(5);
        results.resize(count);
        for (auto& result : results) result = target();
        for (std::uint32_t k = 0; k < count; k++) operands.push_back(any());
        words.push_back(static_cast<std::uint32_t>(operation) | count << 8);
      } else {
        if (operation == Operation::bit || operation == Operation::low) count = below(254);
        for (unsigned k = 0; k < shape_of(operation).operands; k++) operands.push_back(any());
        words.push_back(static_cast<std::uint32_t>(operation) | count << 8);
      }
      words.insert(words.end(), results.begin(), results.end());
      words.insert(words.end(), operands.begin(), operands.end());
      written.insert(written.end(), results.begin(), results.end());
    }
    const std::uint32_t wires = below(20);
    for (std::uint32_t wire = 0; wire < wires; wire++) {
      const std::uint32_t first = static_cast<std::uint32_t>(Operation::wire_montgomery);
      for (const std::uint32_t part : {first + below(3), wire, any()}) words.push_back(part);
    }
    Bytes out;
    append(out, "assay-wg", 8);
    const std::uint32_t sizes[] = {1, inputs, wires, constants, inputs + constants + slots,
                                   static_cast<std::uint32_t>(words.size()), 0, 0, 0};
    append(out, sizes, sizeof sizes);
    out.resize(out.size() + 32);
    for (std::uint32_t i = 0; i < constants; i++) append(out, value().data(), Fr::BYTES);
    append(out, words.data(), 4 * words.size());
    return out;
  }

  Bytes inputs(std::size_t count) {
    Bytes out;
    for (std::size_t i = 0; i < count; i++) append(out, value().data(), Fr::BYTES);
    return out;
  }

 private:
  static void append(Bytes& out, const void* data, std::size_t length) {
    const auto* bytes = static_cast<const std::uint8_t*>(data);
    out.insert(out.end(), bytes, bytes + length);
  }

  std::mt19937_64 engine_;
};

}  // namespace assay::test
