#include "zkey.hpp"

#include <array>
#include <atomic>
#include <string>

#include "failure.hpp"
#include "subgroup-batch.hpp"
#include "subgroup.hpp"
#include "tasks.hpp"

namespace assay {

namespace {

[[noreturn]] void malformed(const std::string& what) {
  throw Failure{"MALFORMED_KEY", "cannot read the proving key: " + what};
}

constexpr std::uint32_t GROTH16 = 1;
// The order of the root of unity that a quotient needs is twice the domain's size, and at most 2^28.
constexpr std::uint32_t MAX_DOMAIN = std::uint32_t{1} << 27;

enum Section : std::uint32_t { PROTOCOL = 1, HEADER, IC, COEFFICIENTS, A, B1, B2, C, H, CONTRIBUTIONS };
constexpr std::size_t SECTIONS = CONTRIBUTIONS + 1;

// Reads little-endian numbers and points, and never beyond its end.
class Reader {
 public:
  explicit Reader(std::span<const std::uint8_t> bytes) : bytes_{bytes} {}

  std::size_t left() const { return bytes_.size(); }
  std::span<const std::uint8_t> take(std::uint64_t length) {
    if (length > bytes_.size()) malformed("it ends too early");
    const auto taken = bytes_.first(static_cast<std::size_t>(length));
    bytes_ = bytes_.subspan(static_cast<std::size_t>(length));
    return taken;
  }
  template <class Number>
  Number number() {
    Number value;
    std::memcpy(&value, take(sizeof value).data(), sizeof value);
    return value;
  }
  template <class Point>
  Point point() {
    Point point;
    if (!Point::read_montgomery(take(Point::BYTES).data(), point)) malformed("a coordinate is not below the field order");
    return point;
  }

 private:
  std::span<const std::uint8_t> bytes_;
};

using Sections = std::array<std::span<const std::uint8_t>, SECTIONS>;

Sections split(std::span<const std::uint8_t> bytes) {
  Reader file{bytes};
  if (std::memcmp(file.take(4).data(), "zkey", 4) != 0) malformed("it does not begin with \"zkey\"");
  if (file.number<std::uint32_t>() != 1) malformed("its version is not 1");
  Sections sections;
  std::array<bool, SECTIONS> seen{};
  for (std::uint32_t count = file.number<std::uint32_t>(); count > 0; count--) {
    const std::uint32_t kind = file.number<std::uint32_t>();
    const auto content = file.take(file.number<std::uint64_t>());
    if (kind == 0 || kind >= SECTIONS) malformed("it has a section of unknown kind");
    if (seen[kind]) malformed("section " + std::to_string(kind) + " appears twice");
    seen[kind] = true;
    sections[kind] = content;
  }
  if (file.left() != 0) malformed("bytes are left over at its end");
  for (std::uint32_t kind = PROTOCOL; kind < CONTRIBUTIONS; kind++) {
    if (!seen[kind]) malformed("section " + std::to_string(kind) + " is missing");
  }
  return sections;
}

void require_field(Reader& header, const Limbs& order) {
  if (header.number<std::uint32_t>() != sizeof(Limbs)) malformed("its curve is not BN254");
  Limbs value;
  std::memcpy(value.data(), header.take(sizeof value).data(), sizeof value);
  if (value != order) malformed("its curve is not BN254");
}

void read_header(std::span<const std::uint8_t> bytes, Zkey& key) {
  Reader header{bytes};
  require_field(header, Fq::MODULUS);
  require_field(header, Fr::MODULUS);
  key.wire_count = header.number<std::uint32_t>();
  key.public_count = header.number<std::uint32_t>();
  key.domain_size = header.number<std::uint32_t>();
  if (key.public_count >= key.wire_count) malformed("it has no more wires than public signals");
  const std::uint32_t size = key.domain_size;
  if (size < 2 || size > MAX_DOMAIN || (size & (size - 1)) != 0) malformed("its domain is no power of two from 2 to 2^27");
  key.alpha1 = header.point<G1>();
  key.beta1 = header.point<G1>();
  key.beta2 = header.point<G2>();
  key.gamma2 = header.point<G2>();
  key.delta1 = header.point<G1>();
  key.delta2 = header.point<G2>();
  if (header.left() != 0) malformed("bytes are left over at the end of a section");
  const std::array g1{key.alpha1, key.beta1, key.delta1};
  const std::array g2{key.beta2, key.gamma2, key.delta2};
  for (const G1& point : g1) {
    if (point.is_infinity() || !is_on_curve(point)) malformed("a point of its header is not in G1");
  }
  for (const G2& point : g2) {
    if (point.is_infinity() || !is_on_curve(point) || !is_in_subgroup(point)) malformed("a point of its header is not in G2");
  }
}

// All of G1's curve is G1.
bool are_in_group(std::span<const G1>, unsigned) { return true; }
bool are_in_group(std::span<const G2> points, unsigned threads) { return are_in_subgroup(points, threads); }

template <class Point>
std::vector<Point> read_points(const Sections& sections, Section kind, std::size_t count, unsigned threads) {
  const auto bytes = sections[kind];
  const std::string name = "section " + std::to_string(kind);
  if (bytes.size() != count * Point::BYTES) malformed(name + " does not have a point for each of its places");
  std::vector<Point> points(count);
  constexpr std::size_t CHUNK = 256;
  std::atomic<bool> canonical{true}, on_curve{true};
  run_tasks(threads, (count + CHUNK - 1) / CHUNK, [&](std::size_t chunk) {
    for (std::size_t i = chunk * CHUNK; i < std::min(count, (chunk + 1) * CHUNK); i++) {
      if (!Point::read_montgomery(&bytes[i * Point::BYTES], points[i])) canonical = false;
      else if (!points[i].is_infinity() && !is_on_curve(points[i])) on_curve = false;
    }
  });
  if (!canonical) malformed("a coordinate in " + name + " is not below the field order");
  if (!on_curve || !are_in_group(std::span<const Point>{points}, threads)) malformed("a point in " + name + " is not in its group");
  return points;
}

void read_coefficients(std::span<const std::uint8_t> bytes, Zkey& key) {
  struct Term {
    std::uint32_t matrix, row, wire;
    Fr coefficient;
  };
  Reader section{bytes};
  const std::uint32_t count = section.number<std::uint32_t>();
  constexpr std::size_t TERM_BYTES = 3 * sizeof(std::uint32_t) + Fr::BYTES;
  if (section.left() != std::uint64_t{count} * TERM_BYTES) malformed("its coefficients do not fill their section");
  std::vector<Term> terms(count);
  Matrix* const matrices[2] = {&key.left, &key.right};
  for (Matrix* matrix : matrices) matrix->starts.assign(key.domain_size + 1, 0);
  for (Term& term : terms) {
    term.matrix = section.number<std::uint32_t>();
    term.row = section.number<std::uint32_t>();
    term.wire = section.number<std::uint32_t>();
    if (term.matrix > 1 || term.row >= key.domain_size || term.wire >= key.wire_count)
      malformed("a coefficient stands in no place of the circuit");
    Fr stored;
    if (!Fr::read_montgomery(section.take(Fr::BYTES).data(), stored)) malformed("a coefficient is not below the field order");
    // Stored times R^2; what Fr takes for the form of x R is x R^2 here.
    term.coefficient = {stored.canonical()};
    matrices[term.matrix]->starts[term.row + 1]++;
  }
  for (Matrix* matrix : matrices) {
    for (std::size_t row = 0; row < key.domain_size; row++) matrix->starts[row + 1] += matrix->starts[row];
    matrix->wires.resize(matrix->starts.back());
    matrix->coefficients.resize(matrix->starts.back());
  }
  std::vector<std::uint32_t> next[2] = {key.left.starts, key.right.starts};
  for (const Term& term : terms) {
    const std::uint32_t place = next[term.matrix][term.row]++;
    matrices[term.matrix]->wires[place] = term.wire;
    matrices[term.matrix]->coefficients[place] = term.coefficient;
  }
}

}  // namespace

Zkey read_zkey(std::span<const std::uint8_t> bytes, unsigned threads) {
  const Sections sections = split(bytes);
  Reader protocol{sections[PROTOCOL]};
  if (protocol.number<std::uint32_t>() != GROTH16 || protocol.left() != 0) malformed("it is not a Groth16 key");
  Zkey key;
  read_header(sections[HEADER], key);
  const std::size_t wires = key.wire_count, signals = key.public_count;
  for (const G1& point : read_points<G1>(sections, IC, signals + 1, threads)) {
    if (point.is_infinity()) malformed("a point in section 3 is infinity");
  }
  key.a = read_points<G1>(sections, A, wires, threads);
  key.b1 = read_points<G1>(sections, B1, wires, threads);
  key.b2 = read_points<G2>(sections, B2, wires, threads);
  key.c = read_points<G1>(sections, C, wires - signals - 1, threads);
  key.h = read_points<G1>(sections, H, key.domain_size, threads);
  read_coefficients(sections[COEFFICIENTS], key);
  return key;
}

}  // namespace assay
