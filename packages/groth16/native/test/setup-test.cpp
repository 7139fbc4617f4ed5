// Self-checks of fixed-base multiples, the QAP and whole keys, and bounded fuzzing of the .r1cs parser.
// Usage: setup-test [seed]
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>

#include "../affine-sums.hpp"
#include "../failure.hpp"
#include "../fixed-base.hpp"
#include "../setup.hpp"
#include "random-circuit.hpp"

using namespace assay;
using namespace assay::test;

namespace {

int failures = 0;

void expect(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "failed: %s\n", what);
  failures++;
}

// The code of the Failure that `work` throws; empty when it throws none.
template <class Work>
std::string failure_of(Work work) {
  try {
    work();
  } catch (const Failure& failure) {
    return failure.code;
  }
  return "";
}

Fr two_to(unsigned exponent) {
  Fr power = Fr::one();
  for (unsigned i = 0; i < exponent; i++) power = power.doubled();
  return power;
}

// r mod 2^bits
Fr order_below(unsigned bits) {
  Limbs value = Fr::MODULUS;
  for (unsigned i = 0; i < 4; i++) {
    if (bits <= 64 * i) value[i] = 0;
    else if (bits < 64 * (i + 1)) value[i] &= (std::uint64_t{1} << (bits - 64 * i)) - 1;
  }
  return Fr::from_canonical(value);
}

// Around the ends of windows of every width, of the field, and where the sum of the lower windows is the last one's multiple
// (r - 2 (r mod 2^bits)) or nearly its opposite.
std::vector<Fr> edge_scalars() {
  std::vector<Fr> out{Fr::zero(), Fr::one(), -Fr::one(), -Fr::from_u64(2), Fr::from_u64(2).inverse()};
  for (unsigned exponent = 1; exponent < 254; exponent++) {
    const Fr power = two_to(exponent);
    for (const Fr& scalar : {power, -power, power - Fr::one(), power + Fr::one()}) out.push_back(scalar);
    out.push_back(-order_below(exponent).doubled());
    out.push_back(-order_below(exponent));
    out.push_back(Fr::one() - order_below(exponent));
  }
  return out;
}

template <class Table, class F>
void check_multiples(const Affine<F>& base, const std::vector<Fr>& scalars, std::size_t table_for) {
  const Table table(base, table_for);
  std::vector<Affine<F>> out(scalars.size() + 1, base);
  table.multiply(scalars, out.data());
  for (std::size_t i = 0; i < scalars.size(); i++) {
    expect(out[i] == Jacobian<F>::from(base).times(scalars[i].canonical()).affine(), "a multiple of a generator");
  }
  expect(out.back() == base, "nothing is written past the last multiple");
}

void check_fixed_base(CircuitMaker& maker) {
  std::vector<Fr> scalars = edge_scalars();
  for (const std::size_t size : {0, 1, 2, 3, 33}) {
    const std::vector<Fr> few(scalars.begin(), scalars.begin() + static_cast<std::ptrdiff_t>(size));
    check_multiples<G1Table>(g1_generator(), few, size);
    check_multiples<G2Table>(g2_generator(), few, size);
  }
  while (scalars.size() % 1024 != 1) scalars.push_back(maker.field());
  // Tables of several widths, the widest among them.
  for (const std::size_t table_for : {0, 100, 2000, 1000000}) check_multiples<G1Table>(g1_generator(), scalars, table_for);
  scalars.resize(200);
  for (const std::size_t table_for : {0, 1000000}) check_multiples<G2Table>(g2_generator(), scalars, table_for);
}

// Every pair of some points, infinity, equal and opposite ones among them, in each combination of signs.
template <class V, class F>
void check_additions(CircuitMaker& maker, const Affine<F>& generator) {
  const auto multiple = [&](const Fr& k) { return Jacobian<F>::from(generator).times(k.canonical()).affine(); };
  const std::vector<Affine<F>> points{{}, generator, -generator, multiple(maker.field()), multiple(maker.field())};
  std::vector<std::uint64_t> words(points.size() * POINT_WORDS<V>);
  const auto at = [&](std::size_t i) { return &words[i * POINT_WORDS<V>]; };
  for (std::size_t i = 0; i < points.size(); i++) {
    V::write(points[i].x, at(i));
    V::write(points[i].y, at(i) + V::WORDS);
  }
  std::vector<std::uint64_t> out(4 * points.size() * points.size() * POINT_WORDS<V>);
  std::vector<PairSum> sums;
  std::vector<Affine<F>> expected;
  for (std::size_t i = 0; i < points.size(); i++) {
    for (std::size_t j = 0; j < points.size(); j++) {
      for (const auto& [first, second] : {std::pair{false, false}, {false, true}, {true, false}, {true, true}}) {
        sums.push_back({at(i), at(j), &out[sums.size() * POINT_WORDS<V>], first, second});
        const Affine<F> left = first ? -points[i] : points[i], right = second ? -points[j] : points[j];
        expected.push_back(Jacobian<F>::from(left).plus(right).affine());
      }
    }
  }
  AffineSums<V>().add(sums);
  for (std::size_t i = 0; i < expected.size(); i++) {
    expect(Affine<F>{V::read(sums[i].out), V::read(sums[i].out + V::WORDS)} == expected[i], "a batched addition");
  }
}

ToxicWaste any_waste(CircuitMaker& maker) { return {maker.field(), maker.field(), maker.field(), maker.field(), maker.field()}; }

// The polynomials of the QAP by their definition: the product over j of (tau - w^j) / (w^i - w^j), row by row.
void check_scalars(CircuitMaker& maker, const R1cs& r1cs) {
  const ToxicWaste waste = any_waste(maker);
  const KeyScalars scalars = key_scalars(r1cs, waste);
  const std::size_t size = std::size_t{1} << domain_power(r1cs);
  expect(size >= r1cs.constraints + r1cs.public_wires() && size < 2 * (r1cs.constraints + r1cs.public_wires()), "the domain");
  // (r - 1) / (2 size) = -1 / (2 size) modulo r, as an integer.
  const Fr root = Fr::from_u64(5).power((-Fr::from_u64(2 * size).inverse()).canonical());
  std::vector<Fr> roots{Fr::one()};
  while (roots.size() < 2 * size) roots.push_back(roots.back() * root);
  const auto lagrange = [&](std::size_t i, std::size_t step) {
    Fr above = Fr::one(), below = Fr::one();
    for (std::size_t j = i % step; j < 2 * size; j += step) {
      if (j == i) continue;
      above = above * (waste.tau - roots[j]);
      below = below * (roots[i] - roots[j]);
    }
    return above * below.inverse();
  };
  std::vector<Fr> u(r1cs.wires), v(r1cs.wires), w(r1cs.wires);
  for (std::size_t row = 0; row < r1cs.constraints; row++) {
    const Fr value = lagrange(2 * row, 2);
    for (const Term& term : r1cs.combination(row, Side::a)) u[term.wire] = u[term.wire] + term.coefficient * value;
    for (const Term& term : r1cs.combination(row, Side::b)) v[term.wire] = v[term.wire] + term.coefficient * value;
    for (const Term& term : r1cs.combination(row, Side::c)) w[term.wire] = w[term.wire] + term.coefficient * value;
  }
  for (std::size_t s = 0; s < r1cs.public_wires(); s++) u[s] = u[s] + lagrange(2 * (r1cs.constraints + s), 2);
  expect(scalars.a == u && scalars.b == v, "u and v at tau");
  expect(scalars.ic.size() == r1cs.public_wires() && scalars.ic.size() + scalars.c.size() == r1cs.wires, "every wire has a K");
  for (std::size_t s = 0; s < r1cs.wires; s++) {
    const Fr sum = waste.beta * u[s] + waste.alpha * v[s] + w[s];
    const bool is_public = s < scalars.ic.size();
    const Fr k = is_public ? scalars.ic[s] * waste.gamma : scalars.c[s - scalars.ic.size()] * waste.delta;
    expect(k == sum, "beta u + alpha v + w at tau");
  }
  expect(scalars.h.size() == size, "the quotient's basis");
  for (std::size_t i = 0; i < size; i++) expect(scalars.h[i] * waste.delta == lagrange(2 * i + 1, 1), "the quotient's basis");
}

void check_keys(CircuitMaker& maker, const R1cs& r1cs) {
  const ToxicWaste waste = any_waste(maker);
  CircuitHash hash{1, 2, 3};
  std::atomic<std::int32_t> cancel{0};
  std::atomic<std::uint64_t> done{0}, ignored{0};
  const Bytes key = compute_proving_key(r1cs, waste, hash, 1, {cancel, done});
  const std::uint64_t points = 6 + 4 * std::uint64_t{r1cs.wires} + (std::uint64_t{1} << domain_power(r1cs));
  expect(done == points, "every point is reported");
  for (const unsigned threads : {0u, 2u, 7u}) {
    const Bytes same_key = compute_proving_key(r1cs, waste, hash, threads, {cancel, ignored});
    expect(same_key == key, "a key is the same on any number of threads");
  }
  const auto with = [&](Fr ToxicWaste::*secret, const Fr& value) {
    ToxicWaste changed = waste;
    changed.*secret = value;
    return failure_of([&] { compute_proving_key(r1cs, changed, hash, 1, {cancel, ignored}); });
  };
  for (const auto secret : {&ToxicWaste::gamma, &ToxicWaste::delta}) {
    expect(with(secret, Fr::zero()) == "MALFORMED_INPUT", "gamma and delta are not zero");
    expect(with(secret, -Fr::one()).empty(), "gamma and delta are anything else");
  }
  for (const Fr& root : {Fr::one(), -Fr::one()}) {
    expect(with(&ToxicWaste::tau, root) == "MALFORMED_INPUT", "tau is no root of unity");
  }
  expect(with(&ToxicWaste::tau, Fr::zero()).empty() && with(&ToxicWaste::alpha, Fr::zero()).empty(), "infinity is written");
  cancel = 1;
  expect(failure_of([&] { compute_proving_key(r1cs, waste, hash, 2, {cancel, ignored}); }) == "ABORTED", "a setup is cancelled");
}

bool same(const R1cs& a, const R1cs& b) {
  const auto same_term = [](const Term& x, const Term& y) { return x.wire == y.wire && x.coefficient == y.coefficient; };
  return a.wires == b.wires && a.public_outputs == b.public_outputs && a.public_inputs == b.public_inputs &&
         a.constraints == b.constraints && a.ends == b.ends &&
         std::equal(a.terms.begin(), a.terms.end(), b.terms.begin(), b.terms.end(), same_term);
}

// Whatever is read has to make a key; most of it is refused.
bool is_read(CircuitMaker& maker, const Bytes& bytes) {
  R1cs r1cs;
  const std::string code = failure_of([&] { r1cs = parse_r1cs(bytes); });
  expect(code.empty() || code == "MALFORMED_R1CS", "what is no R1CS is refused as such");
  if (!code.empty()) return false;
  expect(r1cs.public_wires() <= r1cs.wires && r1cs.ends.size() == 3 * std::size_t{r1cs.constraints}, "what is read is whole");
  for (const Term& term : r1cs.terms) expect(term.wire < r1cs.wires, "a term is of a wire that exists");
  expect(failure_of([&] { key_scalars(r1cs, any_waste(maker)); }).empty(), "what is read has a QAP");
  return true;
}

void fuzz_parser(CircuitMaker& maker) {
  const R1cs r1cs = maker.circuit(9, 1, 2, 6);
  const Bytes file = encode(r1cs);
  expect(same(parse_r1cs(file), r1cs), "a circuit comes back from its file");
  for (std::size_t length = 0; length < file.size(); length++) {
    expect(!is_read(maker, Bytes(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(length))), "a cut file is refused");
  }
  int read = 0;
  for (int round = 0; round < 20000; round++) {
    Bytes changed = file;
    for (std::size_t changes = 1 + maker.below(3); changes > 0; changes--) {
      const std::size_t at = maker.below(changed.size());
      switch (maker.below(4)) {
        case 0: changed[at] = static_cast<std::uint8_t>(maker.word()); break;
        case 1: changed[at] ^= static_cast<std::uint8_t>(1 << maker.below(8)); break;
        case 2: changed[at] = 0xff; break;
        default: changed.insert(changed.begin() + static_cast<std::ptrdiff_t>(at), static_cast<std::uint8_t>(maker.below(3)));
      }
    }
    read += is_read(maker, changed);
  }
  expect(read > 0, "fuzzing met circuits");
}

}  // namespace

int main(int count, char** arguments) {
  CircuitMaker maker(count > 1 ? std::strtoull(arguments[1], nullptr, 10) : 1);
  check_additions<FqVector>(maker, g1_generator());
  check_additions<Fq2Vector>(maker, g2_generator());
  check_fixed_base(maker);
  // Without constraints, without public signals, with all wires public, just filling a domain and just above it.
  for (const auto& [wires, outputs, inputs, constraints] : std::vector<std::array<std::uint32_t, 4>>{
           {1, 0, 0, 0}, {1, 0, 0, 1}, {4, 1, 2, 0}, {20, 0, 0, 11}, {20, 2, 3, 10}, {20, 2, 3, 11}, {6, 2, 3, 30}}) {
    const R1cs r1cs = maker.circuit(wires, outputs, inputs, constraints);
    check_scalars(maker, r1cs);
    check_keys(maker, r1cs);
  }
  fuzz_parser(maker);
  std::fprintf(stderr, failures == 0 ? "setup: all checks passed\n" : "setup: %d checks failed\n", failures);
  return failures == 0 ? 0 : 1;
}
