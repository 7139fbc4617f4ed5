// Self-checks of pairing, subgroup, encodings and verification, and bounded fuzzing of what comes from outside.
// Usage: verifier-test [seed]
#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "../batch-verifier.hpp"
#include "../signed-digits.hpp"
#include "../square-root.hpp"
#include "simulator.hpp"

using namespace assay;
using namespace assay::test;

namespace {

int failures = 0;

void expect(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "failed: %s\n", what);
  failures++;
}

Fq12 pairing(const G1& p, const G2& q) { return final_exponentiation(miller_loop({{p, q}}, {})); }

Fq12 power(const Fq12& base, const Limbs& exponent) {
  Fq12 result = Fq12::one();
  for (int bit = 255; bit >= 0; bit--) {
    result = result.squared();
    if ((exponent[bit / 64] >> (bit % 64)) & 1) result = result * base;
  }
  return result;
}

// Random limbs, many of which are all zeros or all ones.
template <class Modulus>
Limbs any_limbs(Random& random) {
  Limbs limbs;
  do {
    for (auto& limb : limbs) limb = random.below(4) == 0 ? -(random.word() & 1) : random.word();
    limbs[3] >>= 2;
  } while (!less_than(limbs, Modulus::value));
  return limbs;
}

template <class Modulus>
void check_field(Random& random) {
  using F = PrimeField<Modulus>;
  for (int round = 0; round < 20000; round++) {
    const Limbs a = any_limbs<Modulus>(random), b = any_limbs<Modulus>(random);
    expect(montgomery_multiply<Modulus>(a, b) == montgomery_multiply_portable<Modulus>(a, b), "products are those of the plain form");
    const F x{a}, y{b};
    expect(x + y - y == x && x - y + y == x && less_than((x + y).limbs, Modulus::value), "sums and differences are inverse");
    expect((x - y).limbs == (-(y - x)).limbs && (x + (-x)).is_zero(), "negatives cancel");
  }
}

Fq2 any_fq2(Random& random) { return {random.field<Fq>(), random.field<Fq>()}; }
Fq6 any_fq6(Random& random) { return {any_fq2(random), any_fq2(random), any_fq2(random)}; }
Fq12 any_fq12(Random& random) { return {any_fq6(random), any_fq6(random)}; }

void check_tower(Random& random) {
  for (int round = 0; round < 8; round++) {
    const Fq12 a = any_fq12(random), b = any_fq12(random), c = any_fq12(random);
    expect(a * (b * c) == (a * b) * c, "multiplication in Fq12 is associative");
    expect(a.squared() == a * a, "a square is a product");
    expect(a * a.inverse() == Fq12::one(), "an inverse inverts");
    expect(a.frobenius() == power(a, Fq::MODULUS), "Frobenius is the power q");
    const Fq2 l0 = any_fq2(random), l1 = any_fq2(random), l3 = any_fq2(random);
    const Fq6 zero = Fq6::zero();
    expect(a.times_line(l0, l1, l3) == a * Fq12{{l0, zero.c1, zero.c2}, {l1, l3, zero.c2}}, "a line is a factor");
    expect(a.times_unit_line(l1, l3) == a.times_line(Fq2::one(), l1, l3), "a divided line is a line");
  }
}

void check_roots(Random& random) {
  int squares = 0;
  for (int round = 0; round < 400; round++) {
    Fq2 a = any_fq2(random), root;
    if (round % 5 == 0) a.c1 = Fq::zero();
    if (round % 7 == 0) a.c0 = Fq::zero();
    expect(square_root(a.squared(), root) && (root == a || root == -a), "a square in Fq2 has its root");
    Fq base_root;
    expect(square_root(a.c0.squared(), base_root) && (base_root == a.c0 || base_root == -a.c0), "a square in Fq has its root");
    // xi is no square: of a and xi a, exactly one is one.
    if (a.is_zero()) continue;
    expect(square_root(a, root) != square_root(times_xi(a), root), "half of Fq2 has roots");
    squares += square_root(a, root);
  }
  expect(squares > 100, "squares were met");
}

void check_pairing(Random& random) {
  const Fq12 base = pairing(g1_generator(), g2_generator());
  expect(!(base == Fq12::one()), "the pairing is not degenerate");
  expect(power(base, Fr::MODULUS) == Fq12::one(), "its values have order r");
  for (int round = 0; round < 4; round++) {
    const Fr a = random.field<Fr>(), b = random.field<Fr>();
    const G1 p = g1(a);
    const G2 q = g2(b);
    const Fq12 value = pairing(p, q);
    expect(value == power(base, (a * b).canonical()), "the pairing is bilinear");
    expect(value.cyclotomic_squared() == value.squared(), "a cyclotomic square is a square");
    const PreparedG2 prepared(q);
    expect(final_exponentiation(miller_loop({}, {{p, &prepared}})) == value, "prepared lines give the same value");
    const Fq12 both = final_exponentiation(miller_loop({{p, q}, {G1{}, q}}, {{-p, &prepared}, {G1{}, &prepared}}));
    expect(both == Fq12::one(), "a value and its inverse cancel, infinity counts as one");
  }
}

// A point of the twist, hardly ever of G2.
G2 any_twist_point(Random& random) {
  for (;;) {
    G2 point{any_fq2(random), {}};
    if (square_root(point.x.squared() * point.x + twist_coefficient(), point.y)) return point;
  }
}

// (2q - r) / 10069: the order of the twist is r(2q - r).
Limbs cofactor_over_10069() {
  Limbs value{};
  std::uint64_t carry = 0, borrow = 0;
  for (int i = 0; i < 4; i++) value[i] = add_carry(Fq::MODULUS[i], Fq::MODULUS[i], carry);
  for (int i = 0; i < 4; i++) value[i] = subtract_borrow(value[i], Fr::MODULUS[i], borrow);
  u128 remainder = 0;
  for (int i = 3; i >= 0; i--) {
    const u128 part = (remainder << 64) | value[i];
    value[i] = static_cast<std::uint64_t>(part / 10069);
    remainder = part % 10069;
  }
  expect(remainder == 0, "10069 divides the cofactor");
  return value;
}

void check_subgroup(Random& random) {
  const Limbs small = cofactor_over_10069();
  for (int round = 0; round < 20; round++) {
    const G2 inside = g2(random.field<Fr>());
    expect(is_on_curve(inside) && is_in_subgroup(inside), "a multiple of the generator is in G2");
    const G2Jacobian outside = G2Jacobian::from(any_twist_point(random));
    expect(is_on_curve(outside.affine()), "a point of the twist is on it");
    expect(is_in_subgroup(outside.affine()) == outside.times(Fr::MODULUS).is_infinity(), "the test is that of order r");
    const G2Jacobian low = outside.times(Fr::MODULUS).times(small);
    if (low.is_infinity()) continue;
    expect(low.times({10069, 0, 0, 0}).is_infinity(), "a point of small order");
    expect(!is_in_subgroup(low.affine()), "a point of small order is not in G2");
    expect(!is_in_subgroup(low.plus(inside).affine()), "nor is its sum with one that is");
  }
  expect(is_in_subgroup(G2{}), "infinity is in G2");
}

void check_multiples(Random& random) {
  std::vector<G1> bases;
  for (int i = 0; i < 5; i++) bases.push_back(g1(random.field<Fr>()));
  const FixedBases fixed(bases);
  std::vector<std::vector<Limbs>> cases{{5, {0, 0, 0, 0}}, {5, {1, 0, 0, 0}}, {5, {~0ull, ~0ull, ~0ull, ~0ull}}, {}};
  for (int i = 0; i < 5; i++) cases[3].push_back(random.field<Fr>().canonical());
  for (const auto& scalars : cases) {
    G1Jacobian expected;
    for (std::size_t i = 0; i < 5; i++) expected = expected.plus(G1Jacobian::from(bases[i]).times(scalars[i]));
    expect(fixed.sum(scalars).affine() == expected.affine(), "a sum over fixed bases");
  }
  const std::vector<G1> table = odd_multiples(bases);
  const std::vector<Coefficient> coefficients{{0, 0}, {1, 0}, {0, 1}, {~0ull, ~0ull}, {random.word(), random.word()}};
  G1Jacobian expected;
  for (std::size_t i = 0; i < 5; i++) {
    expected = expected.plus(G1Jacobian::from(bases[i]).times(coefficients[i].value().canonical()));
  }
  expect(sum_of_multiples(table.data(), coefficients.data(), 5).affine() == expected.affine(), "a sum of short multiples");
}

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
  Random random(count > 1 ? std::strtoull(arguments[1], nullptr, 10) : 1);
  check_field<FqModulus>(random);
  check_field<FrModulus>(random);
  check_tower(random);
  check_roots(random);
  check_pairing(random);
  check_subgroup(random);
  check_multiples(random);
  Simulator simulator(random, 3);
  check_encoding(random, simulator);
  check_keys(random, simulator.key());
  VerificationKey key;
  const Bytes bytes = simulator.key();
  if (read_verification_key(bytes.data(), bytes.size(), key) != nullptr) return 1;
  check_verification(random, simulator, key);
  std::fprintf(stderr, failures == 0 ? "verifier: all checks passed\n" : "verifier: %d checks failed\n", failures);
  return failures == 0 ? 0 : 1;
}
