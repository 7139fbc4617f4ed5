// Self-checks of proof bytes, keys and verification, alone and in batches, and bounded fuzzing of what comes from outside.
// Usage: verifier-test [seed]
#include <algorithm>

#include "../batch-verifier.hpp"
#include "expect.hpp"
#include "simulator.hpp"

using namespace assay;
using namespace assay::test;

namespace {

bool same(const Proof& a, const Proof& b) { return a.a == b.a && a.b == b.b && a.c == b.c; }

void check_encoding(Random& random, Simulator& simulator) {
  Bytes generators = compressed({g1_generator(), g2_generator(), -g1_generator()});
  expect(generators[0] == 0x80 && generators[31] == 1 && generators[96] == 0xc0 && generators[32] == 0x99, "signs are in front");
  const Proof proof = simulator.proof(simulator.signals());
  const Bytes bytes = compressed(proof);
  Proof read;
  expect(decompress_proof(bytes.data(), read) && same(read, proof), "a proof comes back from its bytes");
  for (std::size_t bit = 0; bit < 8 * bytes.size(); bit++) {
    Bytes flipped = bytes;
    flipped[bit / 8] ^= static_cast<std::uint8_t>(1 << (bit % 8));
    if (decompress_proof(flipped.data(), read)) {
      expect(!same(read, proof) && compressed(read) == flipped, "other bytes are another proof, or none");
    }
  }
  for (const std::size_t at : {0, 32, 96}) {
    for (const std::uint8_t sign : {0x00, 0x40}) {
      Bytes other = bytes;
      other[at] = static_cast<std::uint8_t>((other[at] & 0x3f) | sign);
      expect(!decompress_proof(other.data(), read), "only the two signs are read");
    }
  }
  int decoded = 0;
  for (int round = 0; round < 3000; round++) {
    Bytes fuzzed(COMPRESSED_PROOF_BYTES);
    for (auto& byte : fuzzed) byte = static_cast<std::uint8_t>(random.word());
    for (const std::size_t at : {0, 32, 96}) fuzzed[at] = static_cast<std::uint8_t>((fuzzed[at] & 0x7f) | (round % 3 ? 0x80 : 0));
    if (!decompress_proof(fuzzed.data(), read)) continue;
    decoded++;
    expect(is_on_curve(read.a) && is_on_curve(read.b) && is_on_curve(read.c), "what is decoded is on its curves");
    expect(compressed(read) == fuzzed, "what is decoded has these bytes only");
  }
  expect(decoded > 0, "fuzzing met proofs");
}

void check_keys(Random& random, const Bytes& bytes) {
  VerificationKey key;
  expect(read_verification_key(bytes.data(), bytes.size(), key) == nullptr, "a key is read");
  for (std::size_t length = 0; length < bytes.size(); length += 7) {
    const Bytes cut(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(length));
    expect(read_verification_key(cut.data(), cut.size(), key) != nullptr, "a key that is cut short is refused");
  }
  const std::ptrdiff_t alpha = 44, gamma = alpha + 64 + 128, delta = gamma + 128;
  const auto refused_with = [&](std::ptrdiff_t at, const Bytes& part) {
    Bytes other = bytes;
    std::copy(part.begin(), part.end(), other.begin() + at);
    return read_verification_key(other.data(), other.size(), key) != nullptr;
  };
  expect(refused_with(delta, Bytes(bytes.begin() + gamma, bytes.begin() + delta)), "gamma equal to delta is refused");
  expect(refused_with(alpha, Bytes(64)) && refused_with(gamma, Bytes(128)), "a key with infinity in it is refused");
  Bytes outside;
  append(outside, any_twist_point(random));
  expect(refused_with(gamma, outside), "a key with a point outside G2 is refused");
  for (int round = 0; round < 200; round++) {
    Bytes changed = bytes;
    changed[random.below(changed.size())] ^= static_cast<std::uint8_t>(1 + random.below(255));
    expect(read_verification_key(changed.data(), changed.size(), key) != nullptr, "a key with a changed byte is refused");
  }
}

struct Case {
  Bytes signals, proof;
  Verdict expected;
};

void check_batch(const VerificationKey& key, const std::vector<Case>& cases, unsigned threads, const char* what) {
  std::vector<Claim> claims;
  for (const auto& one : cases) {
    claims.push_back({&key, one.signals, one.proof, Claim::Form::compressed});
  }
  std::vector<Verdict> verdicts;
  expect(verify_batch(claims, threads, nullptr, verdicts) == BatchEnd::done, "a batch is done");
  expect(verdicts.size() == cases.size(), "each claim has a verdict");
  for (std::size_t i = 0; i < verdicts.size(); i++) expect(verdicts[i] == cases[i].expected, what);
  const std::atomic<std::int32_t> cancel{1};
  expect(claims.empty() || verify_batch(claims, threads, &cancel, verdicts) == BatchEnd::cancelled, "a batch is cancelled");
}

void check_verification(Random& random, Simulator& simulator, const VerificationKey& key) {
  std::vector<Case> cases;
  for (int i = 0; i < 40; i++) {
    const auto signals = simulator.signals();
    cases.push_back({encode_signals(signals), compressed(simulator.proof(signals)), Verdict::ok});
  }
  const auto single = [&](const Case& one) {
    return verify({&key, one.signals, one.proof, Claim::Form::compressed});
  };
  expect(single(cases[0]) == Verdict::ok, "a proof is accepted");
  const auto signals = simulator.signals();
  const Proof good = simulator.proof(signals);
  const Bytes encoded = encode_signals(signals);
  const auto by_coordinates = [&](const Bytes& bytes) {
    return verify({&key, encoded, bytes, Claim::Form::coordinates});
  };
  expect(by_coordinates(coordinates(good)) == Verdict::ok, "in full, too");
  Bytes changed = coordinates(good);
  changed[63] ^= 1;
  expect(by_coordinates(changed) == Verdict::point_off_curve, "a point off its curve is named");
  for (int i = 0; i < 64; i++) changed[static_cast<std::size_t>(i)] = 0;
  expect(by_coordinates(changed) == Verdict::point_at_infinity, "infinity is named");
  changed[0] = 0xff;
  expect(by_coordinates(changed) == Verdict::coordinate_out_of_range, "a coordinate out of range is named");

  check_batch(key, {}, 2, "none");
  check_batch(key, {cases[0]}, 2, "one alone");
  check_batch(key, {cases[0], cases[1]}, 2, "two");
  check_batch(key, cases, 3, "all good");
  const Fr excess = random.field<Fr>();
  std::vector<Case> mixed = cases;
  for (const auto& [at, off] : {std::pair<std::size_t, Fr>{5, excess}, {20, -excess}, {21, excess}, {39, excess}}) {
    const auto its = simulator.signals();
    mixed[at] = {encode_signals(its), compressed(simulator.proof(its, off)), Verdict::pairing_mismatch};
  }
  mixed[7].signals = encode_signals({Fr::one(), Fr::one()});
  mixed[7].expected = Verdict::public_signal_count;
  for (int i = 0; i < 32; i++) mixed[8].signals[static_cast<std::size_t>(i)] = 0xff;
  mixed[8].expected = Verdict::public_signal_out_of_range;
  mixed[30].proof[0] &= 0x7f;
  mixed[30].expected = Verdict::proof_encoding;
  mixed[32].proof = coordinates(good);
  mixed[32].expected = Verdict::proof_encoding;
  const Proof outside{good.a, any_twist_point(random), good.c};
  mixed[31] = {encoded, compressed(outside), Verdict::point_outside_subgroup};
  for (const auto& one : mixed) expect(single(one) == one.expected, "each alone");
  check_batch(key, mixed, 2, "each bad one is named");
  check_batch(key, {mixed[5], mixed[20]}, 1, "two that cancel each other are found");
  for (auto& one : cases) one = mixed[5];
  check_batch(key, cases, 2, "all bad");
}

}  // namespace

int main(int count, char** arguments) {
  Random random(seed(count, arguments));
  Simulator simulator(random, 3);
  check_encoding(random, simulator);
  const Bytes bytes = simulator.key();
  check_keys(random, bytes);
  VerificationKey key;
  if (read_verification_key(bytes.data(), bytes.size(), key) != nullptr) return 1;
  check_verification(random, simulator, key);
  return conclude();
}
