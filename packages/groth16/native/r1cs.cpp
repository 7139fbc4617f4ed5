#include "r1cs.hpp"

#include <cstring>
#include <map>
#include <string>

#include "failure.hpp"

namespace assay {

namespace {

constexpr std::uint32_t HEADER = 1;
constexpr std::uint32_t CONSTRAINTS = 2;
constexpr std::uint32_t WIRE_TO_LABEL = 3;
constexpr std::uint32_t CUSTOM_GATE_USES = 5;

[[noreturn]] void malformed(const std::string& what) { throw Failure{"MALFORMED_R1CS", "cannot read the R1CS: " + what}; }

// Little-endian, and refuses to run over its end.
class Reader {
 public:
  explicit Reader(std::span<const std::uint8_t> bytes) : left_(bytes) {}

  std::size_t left() const { return left_.size(); }

  std::span<const std::uint8_t> take(std::uint64_t length) {
    if (length > left_.size()) malformed("it ends too early");
    const auto taken = left_.first(static_cast<std::size_t>(length));
    left_ = left_.subspan(static_cast<std::size_t>(length));
    return taken;
  }

  std::uint32_t uint32() {
    std::uint32_t value;
    std::memcpy(&value, take(sizeof value).data(), sizeof value);
    return value;
  }

  // Below 2^53, as src/bin-file.ts has it.
  std::uint64_t uint64() {
    std::uint64_t value;
    std::memcpy(&value, take(sizeof value).data(), sizeof value);
    if (value >> 53 != 0) malformed("a number in it is beyond 2^53");
    return value;
  }

  void end() const {
    if (!left_.empty()) malformed("bytes are left over at the end of a section");
  }

 private:
  std::span<const std::uint8_t> left_;
};

using Sections = std::map<std::uint32_t, std::span<const std::uint8_t>>;

Sections read_sections(std::span<const std::uint8_t> bytes) {
  Reader file(bytes);
  if (std::memcmp(file.take(4).data(), "r1cs", 4) != 0) malformed("it does not begin with \"r1cs\"");
  if (file.uint32() != 1) malformed("its version is not 1");
  Sections sections;
  for (std::uint32_t count = file.uint32(); count > 0; count--) {
    const std::uint32_t kind = file.uint32();
    const auto content = file.take(file.uint64());
    if (!sections.emplace(kind, content).second) malformed("section " + std::to_string(kind) + " appears twice");
  }
  file.end();
  return sections;
}

Reader section(const Sections& sections, std::uint32_t kind) {
  const auto found = sections.find(kind);
  if (found == sections.end()) malformed("section " + std::to_string(kind) + " is missing");
  return Reader(found->second);
}

// Groth16 keys do not cover custom gates (sections 4 and 5): no more than empty lists of them is accepted.
void require_no_custom_gates(const Sections& sections) {
  for (const auto& [kind, content] : sections) {
    if (kind <= WIRE_TO_LABEL) continue;
    if (kind > CUSTOM_GATE_USES || Reader(content).uint32() != 0) {
      malformed("section " + std::to_string(kind) + " is not supported");
    }
  }
}

void read_header(Reader header, R1cs& out) {
  Limbs order;
  if (header.uint32() != Fr::BYTES) malformed("its field is not the BN254 scalar field");
  std::memcpy(order.data(), header.take(Fr::BYTES).data(), Fr::BYTES);
  if (order != Fr::MODULUS) malformed("its field is not the BN254 scalar field");
  out.wires = header.uint32();
  out.public_outputs = header.uint32();
  out.public_inputs = header.uint32();
  const std::uint32_t private_inputs = header.uint32();
  header.uint64();  // number of labels: of use to the compiler only
  out.constraints = header.uint32();
  header.end();
  if (out.wires < std::uint64_t{out.public_wires()} + private_inputs) malformed("it has fewer wires than inputs");
}

void read_combination(Reader& section, R1cs& out) {
  const std::uint32_t count = section.uint32();
  if (count > out.wires) malformed("a linear combination has more terms than there are wires");
  for (std::uint32_t i = 0; i < count; i++) {
    Term term;
    term.wire = section.uint32();
    if (term.wire >= out.wires) malformed("wire " + std::to_string(term.wire) + " does not exist");
    if (!Fr::read(section.take(Fr::BYTES).data(), term.coefficient)) malformed("a coefficient is not below the field order");
    out.terms.push_back(term);
  }
  out.ends.push_back(out.terms.size());
}

void read_constraints(Reader section, R1cs& out) {
  // No more than the bytes can hold, whatever the header says.
  out.terms.reserve(section.left() / (sizeof(std::uint32_t) + Fr::BYTES));
  for (std::uint32_t i = 0; i < out.constraints; i++) {
    for (int side = 0; side < 3; side++) read_combination(section, out);
  }
  section.end();
}

void check_labels(Reader section, std::uint32_t wires) {
  for (std::uint32_t i = 0; i < wires; i++) section.uint64();
  section.end();
}

}  // namespace

R1cs parse_r1cs(std::span<const std::uint8_t> bytes) {
  const Sections sections = read_sections(bytes);
  require_no_custom_gates(sections);
  R1cs r1cs;
  read_header(section(sections, HEADER), r1cs);
  read_constraints(section(sections, CONSTRAINTS), r1cs);
  check_labels(section(sections, WIRE_TO_LABEL), r1cs.wires);
  return r1cs;
}

}  // namespace assay
