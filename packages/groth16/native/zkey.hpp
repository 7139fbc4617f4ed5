// The `.zkey` format of snarkjs, version 1, for Groth16 over BN254.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "curve.hpp"

namespace assay {

// What `.zkey` coefficients are, by row: a sparse matrix.
struct Matrix {
  // Where the terms of each row begin, and behind the last where they end.
  std::vector<std::uint32_t> starts;
  std::vector<std::uint32_t> wires;
  // Montgomery form.
  std::vector<Fr> coefficients;
};

struct Zkey {
  std::uint32_t wire_count = 0, public_count = 0;
  // A power of two.
  std::uint32_t domain_size = 0;
  G1 alpha1, beta1, delta1;
  G2 beta2, gamma2, delta2;
  // For each wire its point; for each wire that is not public; for each element of the domain.
  std::vector<G1> a, b1, c, h;
  std::vector<G2> b2;
  // Left and right sides of the constraints.
  Matrix left, right;
};

// Reads a key, with all sizes, coordinates and indices checked, and every point on its curve and in its group; points of `a`, `b1`,
// `b2` and `c` may be infinity, others not. Works on at most `threads` threads. Throws Failure MALFORMED_KEY naming what is wrong.
Zkey read_zkey(std::span<const std::uint8_t> bytes, unsigned threads);

}  // namespace assay
