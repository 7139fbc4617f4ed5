// Proving keys computed from their secrets.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <vector>

#include "qap.hpp"

namespace assay {

// What a computation shares with whoever watches it from another thread.
struct SetupWatch {
  // Something else than zero has the computation stop soon.
  const std::atomic<std::int32_t>& cancel;
  // Points that are done: of each wire four, of each element of the domain one, and six of the header.
  std::atomic<std::uint64_t>& points;
};

// What stands where a ceremony's file has the hash of its circuit.
using CircuitHash = std::array<std::uint8_t, 64>;

// The bytes of a Groth16 `.zkey` file (snarkjs format, version 1) without contributions, computed on at most `threads` threads;
// the same on every machine. Throws Failure as key_scalars does, and ABORTED when it was cancelled.
std::vector<std::uint8_t> compute_proving_key(const R1cs& r1cs, const ToxicWaste& waste, const CircuitHash& circuit_hash,
                                              unsigned threads, const SetupWatch& watch);

}  // namespace assay
