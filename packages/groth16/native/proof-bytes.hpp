// The two encodings of a proof (docs/spec/groth16.md, section 1).
#pragma once

#include "curve.hpp"

namespace assay {

struct Proof {
  G1 a;
  G2 b;
  G1 c;
};

// In which a proof travels: the x coordinates of A, B and C with a sign each.
inline constexpr std::size_t COMPRESSED_PROOF_BYTES = 128;
// In which one is handed over inside a process: all coordinates.
inline constexpr std::size_t PROOF_COORDINATES = 8;
inline constexpr std::size_t PROOF_COORDINATE_BYTES = PROOF_COORDINATES * Fq::BYTES;

// A big-endian coordinate below q, or false.
bool read_coordinate(const std::uint8_t* bytes, Fq& out);

// `x | y` and `x.c1 | x.c0 | y.c1 | y.c0`; false for a coordinate that is not below q. Points may be off their curves.
bool read_point(const std::uint8_t* bytes, G1& out);
bool read_point(const std::uint8_t* bytes, G2& out);

// Reads what nothing but one proof encodes to, with points on their curves and none at infinity; false for all else. B may be
// outside G2.
bool decompress_proof(const std::uint8_t* bytes, Proof& out);

}  // namespace assay
