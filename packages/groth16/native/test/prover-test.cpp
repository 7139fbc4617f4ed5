// Sums of multiples against their definition, and keys: proofs are the same whatever tables and threads and whatever is known of the
// witnesses before, and bytes that were changed are refused or prove, and never crash.
// Usage: prover-test [seed]
#include <cstring>

#include "../failure.hpp"
#include "../fixed-base.hpp"
#include "../prover.hpp"
#include "../setup.hpp"
#include "expect.hpp"
#include "random-circuit.hpp"

using namespace assay;
using namespace assay::test;

namespace {

const std::atomic<std::int32_t> NEVER{0};

// Scalars that make carries, short and negative ones, and those at random.
Limbs pick_scalar(CircuitMaker& maker) {
  const unsigned length = 1 + static_cast<unsigned>(maker.below(253));
  Limbs ones{};
  for (unsigned bit = 0; bit < length; bit++) ones[bit / 64] |= std::uint64_t{1} << (bit % 64);
  switch (maker.below(6)) {
    case 0: return {};
    case 1: return {1, 0, 0, 0};
    case 2: return ones;
    case 3: return subtract_mod({}, ones, Fr::MODULUS);
    case 4: return {maker.below(1 << 16), 0, 0, 0};
    default: return maker.field().canonical();
  }
}

template <class V>
void check_sums(CircuitMaker& maker, const Affine<typename V::Field>& generator) {
  using Point = Jacobian<typename V::Field>;
  for (const std::size_t count : {0, 1, 2, 3, 9, 40, 200}) {
    std::vector<Affine<typename V::Field>> points(count);
    for (std::size_t i = 0; i < count; i++) {
      points[i] = Point::from(generator).times(maker.field().canonical()).affine();
      // Infinite, equal and opposite points are what batched additions have to tell apart.
      if (i % 7 == 3) points[i] = {};
      if (i % 5 == 2) points[i] = points[i - 1];
      if (i % 11 == 8) points[i] = -points[i - 1];
    }
    for (int round = 0; round < 6; round++) {
      std::vector<SignedScalar> scalars(count);
      Point expected;
      Limbs scalar{};
      for (std::size_t i = 0; i < count; i++) {
        if (i % 3 != 2) scalar = pick_scalar(maker);
        scalars[i] = SignedScalar::from(scalar);
        expected = expected.plus(Point::from(points[i]).times(scalar));
      }
      const MultiScalarPlan plan{static_cast<unsigned>(2 + maker.below(9)), static_cast<unsigned>(1 + maker.below(4))};
      const MultiScalar<V> sums{points, plan, 2};
      expect(sums.sum(scalars, 1 + round % 3, NEVER).affine() == expected.affine(), "a sum of multiples");
    }
  }
}

bool same(const Proof& a, const Proof& b) { return a.a == b.a && a.b == b.b && a.c == b.c; }

void check_keys(CircuitMaker& maker) {
  const R1cs circuit = maker.circuit(24, 1, 2, 20);
  ToxicWaste waste{maker.field(), maker.field(), maker.field(), maker.field(), maker.field()};
  std::atomic<std::uint64_t> points{0};
  const Bytes zkey = compute_proving_key(circuit, waste, CircuitHash{}, 2, {NEVER, points});
  Bytes witness(24 * Fr::BYTES);
  for (std::size_t wire = 0; wire < 24; wire++) (wire == 0 ? Fr::one() : maker.field()).write(&witness[wire * Fr::BYTES]);
  const Blinding blinding{maker.field(), maker.field()};
  const ProvingKey key{read_zkey(zkey, 1), std::uint64_t{1} << 30, 2};
  const Proof proof = key.prove(witness, blinding, 1, NEVER);
  for (const std::uint64_t limit : {0, 20'000, 100'000}) {
    const ProvingKey other{read_zkey(zkey, 2), limit, 1};
    expect(same(proof, other.prove(witness, blinding, 4, NEVER)), "the same proof with other tables and threads");
  }
  expect(!same(proof, key.prove(witness, Blinding::random(), 1, NEVER)), "another proof with another blinding");
  const auto code_of = [&](const Bytes& bytes) -> std::string {
    try {
      const ProvingKey changed{read_zkey(bytes, 1), 0, 1};
      changed.prove(Bytes(changed.wire_count() * Fr::BYTES), blinding, 1, NEVER);
    } catch (const Failure& failure) {
      return failure.code;
    }
    return "";
  };
  for (int round = 0; round < 600; round++) {
    Bytes changed = zkey;
    for (std::size_t changes = 1 + maker.below(3); changes > 0; changes--) {
      // The first kilobyte holds all sizes; most of the rest are coordinates.
      const std::size_t place = maker.below(maker.below(2) == 0 ? std::min<std::size_t>(1024, changed.size()) : changed.size());
      changed[place] ^= static_cast<std::uint8_t>(1 + maker.below(255));
    }
    if (maker.below(4) == 0) changed.resize(maker.below(changed.size() + 1));
    const std::string code = code_of(changed);
    // The witness of zeros does not begin with one.
    expect(code == "MALFORMED_KEY" || code == "MALFORMED_INPUT", "a changed key is refused, or reads as a key");
  }
  for (const std::size_t length : {std::size_t{0}, witness.size() - 1, witness.size() + 32}) {
    Bytes other = witness;
    other.resize(length);
    bool refused = false;
    try {
      key.prove(other, blinding, 1, NEVER);
    } catch (const Failure& failure) {
      refused = std::string{failure.code} == "MALFORMED_INPUT";
    }
    expect(refused, "a witness of another length is refused");
  }
}

// Witnesses of which some values recur, for a while: what a key has learned of them changes no proof.
void check_recurring(CircuitMaker& maker) {
  constexpr std::size_t WIRES = 60;
  const R1cs circuit = maker.circuit(WIRES, 1, 2, 40);
  ToxicWaste waste{maker.field(), maker.field(), maker.field(), maker.field(), maker.field()};
  std::atomic<std::uint64_t> points{0};
  const Bytes zkey = compute_proving_key(circuit, waste, CircuitHash{}, 2, {NEVER, points});
  const ProvingKey plain{read_zkey(zkey, 1), std::uint64_t{1} << 30, 2};
  const ProvingKey learning{read_zkey(zkey, 1), std::uint64_t{1} << 30, 2, true};
  Fr wires[WIRES];
  for (int round = 0; round < 40; round++) {
    // Every value of its own at first; then a third changes each time, all of them at once in the middle, and long ones get short.
    for (std::size_t wire = 1; wire < WIRES; wire++) {
      if (round % 20 == 0 || wire % 3 == 0) wires[wire] = maker.field();
      if (round == 30 && wire % 5 == 0) wires[wire] = Fr::from_canonical({maker.below(2), 0, 0, 0});
    }
    wires[0] = Fr::one();
    Bytes witness(WIRES * Fr::BYTES);
    for (std::size_t wire = 0; wire < WIRES; wire++) wires[wire].write(&witness[wire * Fr::BYTES]);
    const Blinding blinding{maker.field(), maker.field()};
    const Proof proof = learning.prove(witness, blinding, 1 + static_cast<unsigned>(round) % 3, NEVER);
    expect(same(proof, plain.prove(witness, blinding, 1, NEVER)), "the same proof with what was learned");
  }
}

// Which values are known, and that nothing is learned where the sum was not made.
void check_learning(CircuitMaker& maker) {
  constexpr std::size_t WIRES = 8;
  RecurringWires recurring{WIRES};
  WipedVector<Limbs> witness(WIRES);
  for (Limbs& value : witness) value = maker.field().canonical();
  witness[1] = {1, 0, 0, 0};
  int sums = 0;
  const auto pass = [&](bool completes) {
    witness[2] = maker.field().canonical();
    recurring.observe(witness, [&](std::span<const SignedScalar>) -> std::optional<WireSums> {
      sums++;
      return completes ? std::optional{WireSums{}} : std::nullopt;
    });
  };
  for (int round = 0; round < 3; round++) pass(true);
  expect(!recurring.known() && sums == 0, "nothing is learned of three witnesses");
  pass(false);
  expect(!recurring.known() && sums == 1, "nothing is learned where the sum was broken off");
  pass(true);
  const auto known = recurring.known();
  expect(known && sums == 2, "values are known once they have recurred");
  if (!known) return;
  for (std::size_t wire = 0; wire < WIRES; wire++) {
    const bool recurs = wire > 2 || wire == 0;
    expect(known->values[wire] == (recurs ? witness[wire] : Limbs{}), "long values that recur are known, others are not");
    const bool none = differences(witness, known.get())[wire].magnitude == Limbs{};
    expect(none == recurs, "what is known need not be added up");
  }
  for (int round = 0; round < 8; round++) pass(true);
  expect(sums == 2, "nothing is added up where nothing has changed");
}

}  // namespace

int main(int count, char** arguments) {
  CircuitMaker maker{seed(count, arguments)};
  check_sums<FqVector>(maker, g1_generator());
  check_sums<Fq2Vector>(maker, g2_generator());
  for (int round = 0; round < 3; round++) check_keys(maker);
  check_recurring(maker);
  check_learning(maker);
  return conclude();
}
