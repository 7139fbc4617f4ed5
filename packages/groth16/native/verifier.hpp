// Verification of one proof (Groth, eprint 2016/260, section 3.2; docs/spec/groth16.md, section 3).
#pragma once

#include <span>

#include "multiples.hpp"
#include "pairing.hpp"
#include "proof-bytes.hpp"

namespace assay {

// What is said of a proof: the first check that fails. The numbers are those of VERDICTS in src/native-verifier.ts.
enum class Verdict : std::uint8_t {
  ok,
  public_signal_count,
  public_signal_out_of_range,
  proof_encoding,
  coordinate_out_of_range,
  point_at_infinity,
  point_off_curve,
  point_outside_subgroup,
  pairing_mismatch,
};

// A checked key, with what depends on it alone.
struct VerificationKey {
  std::size_t public_signals = 0;
  // alpha, IC[0], ..., IC[public_signals]
  FixedBases bases;
  PreparedG2 beta, gamma, delta;
  // The Miller value of (-alpha, beta).
  Fq12 minus_alpha_beta;
};

// Reads what encodeVerificationKey writes, every point in its group and not infinity, gamma unlike delta. Null, or what is wrong.
const char* read_verification_key(const std::uint8_t* bytes, std::size_t length, VerificationKey& out);

// What is to be verified: public signals of 32 bytes each, big-endian, and a proof in one of its encodings. Coordinates have the
// right number of bytes; what is compressed may have any.
struct Claim {
  enum class Form { compressed, coordinates };

  const VerificationKey* key;
  std::span<const std::uint8_t> signals;
  std::span<const std::uint8_t> proof;
  Form form;
};

// All checks but the pairing: `ok`, with canonical signals and points that are in their groups, or why not.
Verdict check_claim(const Claim& claim, std::vector<Limbs>& signals, Proof& proof);

// e(A, B) = e(alpha, beta) e(IC[0] + sum of signals[i] IC[i + 1], gamma) e(C, delta), of what passed check_claim.
bool pairing_holds(const VerificationKey& key, const std::vector<Limbs>& signals, const Proof& proof);

Verdict verify(const Claim& claim);

}  // namespace assay
