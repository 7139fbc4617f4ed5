#include "verifier.hpp"

#include <algorithm>
#include <string_view>

#include "subgroup.hpp"

namespace assay {

namespace {

constexpr std::string_view KEY_HEADER = "assay/groth16-bn254-verification-key/v1\n";
constexpr std::size_t COUNT_BYTES = 4;
constexpr std::size_t ALPHA_AT = KEY_HEADER.size() + COUNT_BYTES;
constexpr std::size_t IC_AT = ALPHA_AT + G1::BYTES + 3 * G2::BYTES;

std::size_t read_count(const std::uint8_t* bytes) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < COUNT_BYTES; i++) count = count << 8 | bytes[i];
  return count;
}

bool has_defect(const G1& point) { return point.is_infinity() || !is_on_curve(point); }
bool has_defect(const G2& point) { return point.is_infinity() || !is_on_curve(point) || !is_in_subgroup(point); }

template <class Point>
bool read_good(const std::uint8_t* bytes, Point& out) {
  return read_point(bytes, out) && !has_defect(out);
}

template <class Point>
Verdict check_point(const std::uint8_t* bytes, Point& out) {
  if (!read_point(bytes, out)) return Verdict::coordinate_out_of_range;
  if (out.is_infinity()) return Verdict::point_at_infinity;
  return is_on_curve(out) ? Verdict::ok : Verdict::point_off_curve;
}

Verdict check_coordinates(const std::uint8_t* bytes, Proof& out) {
  const std::uint8_t* const b = bytes + G1::BYTES;
  if (const Verdict verdict = check_point(bytes, out.a); verdict != Verdict::ok) return verdict;
  if (const Verdict verdict = check_point(b + G2::BYTES, out.c); verdict != Verdict::ok) return verdict;
  return check_point(b, out.b);
}

bool read_signals(const Claim& claim, std::vector<Limbs>& out) {
  out.resize(claim.signals.size() / Fr::BYTES);
  for (std::size_t i = 0; i < out.size(); i++) {
    std::uint8_t little[Fr::BYTES];
    const auto big = claim.signals.subspan(i * Fr::BYTES, Fr::BYTES);
    std::reverse_copy(big.begin(), big.end(), little);
    std::memcpy(out[i].data(), little, Fr::BYTES);
    if (!less_than(out[i], Fr::MODULUS)) return false;
  }
  return true;
}

}  // namespace

const char* read_verification_key(const std::uint8_t* bytes, std::size_t length, VerificationKey& out) {
  if (length < IC_AT + G1::BYTES || !std::equal(KEY_HEADER.begin(), KEY_HEADER.end(), bytes)) {
    return "it does not begin as a key does";
  }
  const std::size_t count = read_count(bytes + KEY_HEADER.size());
  if ((length - IC_AT) % G1::BYTES != 0 || (length - IC_AT) / G1::BYTES != count + 1) {
    return "IC does not have as many points as it says";
  }
  std::vector<G1> bases(count + 2);
  G2 beta, gamma, delta;
  const std::uint8_t* const beta_at = bytes + ALPHA_AT + G1::BYTES;
  if (!read_good(bytes + ALPHA_AT, bases[0])) return "alpha is no point of G1";
  if (!read_good(beta_at, beta)) return "beta is no point of G2";
  if (!read_good(beta_at + G2::BYTES, gamma)) return "gamma is no point of G2";
  if (!read_good(beta_at + 2 * G2::BYTES, delta)) return "delta is no point of G2";
  if (gamma == delta) return "gamma equals delta, so proofs can be forged";
  for (std::size_t i = 0; i <= count; i++) {
    if (!read_good(bytes + IC_AT + i * G1::BYTES, bases[i + 1])) return "a point of IC is no point of G1";
  }
  out.public_signals = count;
  out.minus_alpha_beta = miller_loop({{-bases[0], beta}}, {});
  out.bases = FixedBases(bases);
  out.beta = PreparedG2(beta);
  out.gamma = PreparedG2(gamma);
  out.delta = PreparedG2(delta);
  return nullptr;
}

Verdict check_claim(const Claim& claim, std::vector<Limbs>& signals, Proof& proof) {
  if (claim.signals.size() != claim.key->public_signals * Fr::BYTES) return Verdict::public_signal_count;
  if (!read_signals(claim, signals)) return Verdict::public_signal_out_of_range;
  if (claim.form == Claim::Form::compressed) {
    if (claim.proof.size() != COMPRESSED_PROOF_BYTES) return Verdict::proof_encoding;
    if (!decompress_proof(claim.proof.data(), proof)) return Verdict::proof_encoding;
  } else if (const Verdict verdict = check_coordinates(claim.proof.data(), proof); verdict != Verdict::ok) {
    return verdict;
  }
  return is_in_subgroup(proof.b) ? Verdict::ok : Verdict::point_outside_subgroup;
}

bool pairing_holds(const VerificationKey& key, const std::vector<Limbs>& signals, const Proof& proof) {
  std::vector<Limbs> scalars{{0, 0, 0, 0}, {1, 0, 0, 0}};
  scalars.insert(scalars.end(), signals.begin(), signals.end());
  const G1 inputs = key.bases.sum(scalars).affine();
  const Fq12 product = miller_loop({{proof.a, proof.b}}, {{-inputs, &key.gamma}, {-proof.c, &key.delta}});
  return final_exponentiation(product * key.minus_alpha_beta) == Fq12::one();
}

Verdict verify(const Claim& claim) {
  std::vector<Limbs> signals;
  Proof proof;
  if (const Verdict verdict = check_claim(claim, signals, proof); verdict != Verdict::ok) return verdict;
  return pairing_holds(*claim.key, signals, proof) ? Verdict::ok : Verdict::pairing_mismatch;
}

}  // namespace assay
