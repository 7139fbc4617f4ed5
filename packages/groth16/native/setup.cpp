#include "setup.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <optional>
#include <utility>

#include "failure.hpp"
#include "fixed-base.hpp"
#include "tasks.hpp"

namespace assay {

namespace {

constexpr std::uint32_t GROTH16 = 1;
constexpr std::uint32_t VERSION = 1;
constexpr std::size_t SECTION_HEAD = sizeof(std::uint32_t) + sizeof(std::uint64_t);
constexpr std::size_t TERM_BYTES = 3 * sizeof(std::uint32_t) + Fr::BYTES;

// Points that a thread computes at a time.
constexpr std::size_t CHUNK = 1024;

// The file's sections in their order.
enum Section : std::size_t { PROTOCOL, HEADER, COEFFICIENTS, IC, H, C, A, B1, B2, CONTRIBUTIONS, SECTIONS };
constexpr std::array<std::uint32_t, SECTIONS> SECTION_NUMBERS{1, 2, 4, 3, 9, 8, 5, 6, 7, 10};

// Writes little-endian numbers one after the other.
class Writer {
 public:
  explicit Writer(std::uint8_t* at) : at_(at) {}

  std::uint8_t* skip(std::size_t length) { return std::exchange(at_, at_ + length); }
  void raw(const void* bytes, std::size_t length) { std::memcpy(skip(length), bytes, length); }
  void uint32(std::uint32_t value) { raw(&value, sizeof value); }
  void uint64(std::uint64_t value) { raw(&value, sizeof value); }
  void integer(const Limbs& value) { raw(value.data(), sizeof value); }

 private:
  std::uint8_t* at_;
};

// A file with its head and those of its sections, and where the contents of the sections go.
struct File {
  std::vector<std::uint8_t> bytes;
  std::array<std::uint8_t*, SECTIONS> contents;
};

File lay_out(const std::array<std::uint64_t, SECTIONS>& lengths) {
  std::uint64_t total = 3 * sizeof(std::uint32_t);
  for (const auto length : lengths) total += SECTION_HEAD + length;
  File file{std::vector<std::uint8_t>(total), {}};
  Writer out(file.bytes.data());
  out.raw("zkey", 4);
  out.uint32(VERSION);
  out.uint32(SECTIONS);
  for (std::size_t i = 0; i < SECTIONS; i++) {
    out.uint32(SECTION_NUMBERS[i]);
    out.uint64(lengths[i]);
    file.contents[i] = out.skip(lengths[i]);
  }
  return file;
}

std::uint64_t terms_of_key(const R1cs& r1cs) {
  std::uint64_t terms = r1cs.public_wires();
  for (std::size_t row = 0; row < r1cs.constraints; row++) {
    terms += r1cs.combination(row, Side::a).size() + r1cs.combination(row, Side::b).size();
  }
  if (terms > std::numeric_limits<std::uint32_t>::max()) {
    throw Failure{"MALFORMED_R1CS", "the circuit has more terms than keys can have"};
  }
  return terms;
}

// The left and right sides of every row, the binding rows included, from which the prover evaluates the polynomials; values
// times 2^512.
void write_coefficients(const R1cs& r1cs, std::uint64_t terms, Writer out) {
  const Fr factor{Fr::R2};
  const auto write = [&](std::uint32_t matrix, std::uint32_t row, const Term& term) {
    out.uint32(matrix);
    out.uint32(row);
    out.uint32(term.wire);
    out.integer((term.coefficient * factor).limbs);
  };
  out.uint32(static_cast<std::uint32_t>(terms));
  for (std::uint32_t row = 0; row < r1cs.constraints; row++) {
    for (const Term& term : r1cs.combination(row, Side::a)) write(0, row, term);
    for (const Term& term : r1cs.combination(row, Side::b)) write(1, row, term);
  }
  for (std::uint32_t wire = 0; wire < r1cs.public_wires(); wire++) write(0, r1cs.constraints + wire, {wire, Fr::one()});
}

// Multiples of a generator to compute, and where their bytes go.
struct Job {
  std::span<const Fr> scalars;
  std::uint8_t* out;
};

template <class Table>
void compute(const Table& table, const Job& job) {
  using Point = typename Table::Point;
  std::vector<Point> points(job.scalars.size());
  table.multiply(job.scalars, points.data());
  for (std::size_t i = 0; i < points.size(); i++) points[i].write_montgomery(job.out + i * Point::BYTES);
}

class Jobs {
 public:
  void in_g1(std::span<const Fr> scalars, std::uint8_t* out) { add(g1_, g1_count_, G1::BYTES, scalars, out); }
  void in_g2(std::span<const Fr> scalars, std::uint8_t* out) { add(g2_, g2_count_, G2::BYTES, scalars, out); }

  // Throws Failure ABORTED.
  void run(unsigned threads, const SetupWatch& watch) const {
    const auto go_on = [&] {
      if (watch.cancel != 0) throw Failure{"ABORTED", "the setup was cancelled"};
    };
    std::optional<G1Table> g1;
    std::optional<G2Table> g2;
    go_on();
    run_tasks(threads, 2, [&](std::size_t group) {
      if (group == 0) g2.emplace(g2_generator(), g2_count_);
      else g1.emplace(g1_generator(), g1_count_);
    });
    // The expensive ones first, so that no thread ends long before the others.
    run_tasks(threads, g2_.size() + g1_.size(), [&](std::size_t index) {
      go_on();
      const bool second = index < g2_.size();
      const Job& job = second ? g2_[index] : g1_[index - g2_.size()];
      if (second) compute(*g2, job);
      else compute(*g1, job);
      watch.points += job.scalars.size();
    });
  }

 private:
  static void add(std::vector<Job>& jobs, std::size_t& count, std::size_t point_bytes, std::span<const Fr> scalars,
                  std::uint8_t* out) {
    count += scalars.size();
    for (std::size_t first = 0; first < scalars.size(); first += CHUNK) {
      jobs.push_back({scalars.subspan(first, std::min(CHUNK, scalars.size() - first)), out + first * point_bytes});
    }
  }

  std::vector<Job> g1_, g2_;
  std::size_t g1_count_ = 0, g2_count_ = 0;
};

}  // namespace

std::vector<std::uint8_t> compute_proving_key(const R1cs& r1cs, const ToxicWaste& waste, const CircuitHash& circuit_hash,
                                              unsigned threads, const SetupWatch& watch) {
  const KeyScalars scalars = key_scalars(r1cs, waste);
  const std::uint64_t terms = terms_of_key(r1cs);
  const std::uint64_t wires = r1cs.wires;
  std::array<std::uint64_t, SECTIONS> lengths;
  lengths[PROTOCOL] = sizeof(std::uint32_t);
  lengths[HEADER] = 2 * (sizeof(std::uint32_t) + Fq::BYTES) + 3 * sizeof(std::uint32_t) + 3 * G1::BYTES + 3 * G2::BYTES;
  lengths[COEFFICIENTS] = sizeof(std::uint32_t) + terms * TERM_BYTES;
  lengths[IC] = scalars.ic.size() * G1::BYTES;
  lengths[H] = scalars.h.size() * G1::BYTES;
  lengths[C] = scalars.c.size() * G1::BYTES;
  lengths[A] = lengths[B1] = wires * G1::BYTES;
  lengths[B2] = wires * G2::BYTES;
  lengths[CONTRIBUTIONS] = circuit_hash.size() + sizeof(std::uint32_t);
  File file = lay_out(lengths);

  Writer(file.contents[PROTOCOL]).uint32(GROTH16);
  Writer header(file.contents[HEADER]);
  header.uint32(Fq::BYTES);
  header.integer(Fq::MODULUS);
  header.uint32(Fr::BYTES);
  header.integer(Fr::MODULUS);
  header.uint32(r1cs.wires);
  header.uint32(r1cs.public_outputs + r1cs.public_inputs);
  header.uint32(std::uint32_t{1} << domain_power(r1cs));
  write_coefficients(r1cs, terms, Writer(file.contents[COEFFICIENTS]));
  // No contributions: their number stays zero.
  Writer(file.contents[CONTRIBUTIONS]).raw(circuit_hash.data(), circuit_hash.size());

  Jobs jobs;
  const std::array<Fr, 1> alpha{waste.alpha}, beta{waste.beta}, gamma{waste.gamma}, delta{waste.delta};
  jobs.in_g1(alpha, header.skip(G1::BYTES));
  jobs.in_g1(beta, header.skip(G1::BYTES));
  jobs.in_g2(beta, header.skip(G2::BYTES));
  jobs.in_g2(gamma, header.skip(G2::BYTES));
  jobs.in_g1(delta, header.skip(G1::BYTES));
  jobs.in_g2(delta, header.skip(G2::BYTES));
  jobs.in_g2(scalars.b, file.contents[B2]);
  jobs.in_g1(scalars.ic, file.contents[IC]);
  jobs.in_g1(scalars.h, file.contents[H]);
  jobs.in_g1(scalars.c, file.contents[C]);
  jobs.in_g1(scalars.a, file.contents[A]);
  jobs.in_g1(scalars.b, file.contents[B1]);
  jobs.run(threads, watch);
  return std::move(file.bytes);
}

}  // namespace assay
