// Circuits at random, and their `.r1cs` files.
#pragma once

#include <cstring>
#include <random>
#include <vector>

#include "../r1cs.hpp"

namespace assay::test {

using Bytes = std::vector<std::uint8_t>;

class CircuitMaker {
 public:
  explicit CircuitMaker(std::uint64_t seed) : engine_(seed) {}

  std::uint64_t word() { return engine_(); }
  std::size_t below(std::size_t bound) { return engine_() % bound; }
  Fr field() {
    for (;;) {
      const Limbs limbs{word(), word(), word(), word() >> 2};
      if (less_than(limbs, Fr::MODULUS)) return Fr::from_canonical(limbs);
    }
  }

  // With some wires that nothing reads, rows without terms, and coefficients at the ends of the field.
  R1cs circuit(std::uint32_t wires, std::uint32_t outputs, std::uint32_t inputs, std::uint32_t constraints) {
    R1cs out;
    out.wires = wires;
    out.public_outputs = outputs;
    out.public_inputs = inputs;
    out.constraints = constraints;
    for (std::size_t side = 0; side < 3 * std::size_t{constraints}; side++) {
      for (std::size_t terms = below(std::min<std::size_t>(wires, 4) + 1); terms > 0; terms--) {
        out.terms.push_back({static_cast<std::uint32_t>(below(wires)), coefficient()});
      }
      out.ends.push_back(out.terms.size());
    }
    return out;
  }

 private:
  Fr coefficient() {
    switch (below(4)) {
      case 0: return Fr::one();
      case 1: return -Fr::one();
      case 2: return Fr::zero();
      default: return field();
    }
  }

  std::mt19937_64 engine_;
};

template <class Number>
void append_number(Bytes& out, Number value) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(&value);
  out.insert(out.end(), bytes, bytes + sizeof value);
}

inline void append_section(Bytes& out, std::uint32_t kind, const Bytes& content) {
  append_number(out, kind);
  append_number(out, std::uint64_t{content.size()});
  out.insert(out.end(), content.begin(), content.end());
}

// Its `.r1cs` file, as circom lays it out.
inline Bytes encode(const R1cs& r1cs) {
  Bytes header, constraints, labels, file{'r', '1', 'c', 's'};
  append_number(header, std::uint32_t{32});
  append_number(header, Fr::MODULUS);
  append_number(header, r1cs.wires);
  append_number(header, r1cs.public_outputs);
  append_number(header, r1cs.public_inputs);
  append_number(header, std::uint32_t{0});
  append_number(header, std::uint64_t{r1cs.wires});
  append_number(header, r1cs.constraints);
  for (std::size_t row = 0; row < r1cs.constraints; row++) {
    for (const Side side : {Side::a, Side::b, Side::c}) {
      const auto terms = r1cs.combination(row, side);
      append_number(constraints, static_cast<std::uint32_t>(terms.size()));
      for (const Term& term : terms) {
        append_number(constraints, term.wire);
        append_number(constraints, term.coefficient.canonical());
      }
    }
  }
  for (std::uint64_t wire = 0; wire < r1cs.wires; wire++) append_number(labels, wire);
  append_number(file, std::uint32_t{1});
  append_number(file, std::uint32_t{3});
  append_section(file, 2, constraints);
  append_section(file, 1, header);
  append_section(file, 3, labels);
  return file;
}

}  // namespace assay::test
