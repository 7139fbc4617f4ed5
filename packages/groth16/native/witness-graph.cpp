#include "witness-graph.hpp"

#include <algorithm>
#include <cstring>

#include "circom-operators.hpp"
#include "product-sum.hpp"
#include "witness-program.hpp"

namespace assay {

namespace {

constexpr char MAGIC[] = "assay-wg";
constexpr std::uint32_t VERSION = 1;
constexpr std::size_t SHA256_BYTES = 32;
constexpr std::size_t SIGNAL_BYTES = 16;
// More than circuits have that can be proved: what a file asks for is not allocated without a limit.
constexpr std::uint32_t MOST_SLOTS = 1 << 22;

[[noreturn]] void malformed(const char* what) {
  throw Failure{"MALFORMED_GRAPH", std::string{"the witness graph cannot be read: "} + what};
}

// Takes parts of a file from its start; throws Failure where it ends early.
class Parts {
 public:
  explicit Parts(std::span<const std::uint8_t> file) : left_(file) {}

  std::span<const std::uint8_t> bytes(std::size_t length) {
    if (length > left_.size()) malformed("it ends early");
    const auto part = left_.first(length);
    left_ = left_.subspan(length);
    return part;
  }
  std::uint32_t u32() {
    std::uint32_t value;
    std::memcpy(&value, bytes(4).data(), 4);
    return value;
  }

 private:
  std::span<const std::uint8_t> left_;
};

Fr truth(bool value) { return value ? Fr::one() : Fr::zero(); }

// Inverts slots with one inversion (Montgomery's trick); zeros stay zero. Slots that are written may be among those that are read.
void invert_slots(Fr* slots, const std::uint32_t* to, const std::uint32_t* from, std::size_t count, Fr* values, Fr* products) {
  Fr product = Fr::one();
  for (std::size_t i = 0; i < count; i++) {
    values[i] = slots[from[i]];
    products[i] = product;
    if (!values[i].is_zero()) product = product * values[i];
  }
  Fr inverse = product.inverse();
  for (std::size_t i = count; i-- > 0;) {
    slots[to[i]] = values[i].is_zero() ? Fr::zero() : inverse * products[i];
    if (!values[i].is_zero()) inverse = inverse * values[i];
  }
}

}  // namespace

WitnessGraph::WitnessGraph(std::span<const std::uint8_t> file) {
  Parts parts(file);
  const auto magic = parts.bytes(sizeof MAGIC - 1);
  if (!std::equal(magic.begin(), magic.end(), MAGIC) || parts.u32() != VERSION) malformed("it is no graph of this version");
  input_count_ = parts.u32();
  wire_count_ = parts.u32();
  const std::size_t constants = parts.u32();
  slot_count_ = parts.u32();
  const std::size_t words = parts.u32();
  const std::size_t requirements = parts.u32();
  const std::size_t signals = parts.u32();
  parts.u32();  // Of texts, which are for whoever asks what a requirement says.
  parts.bytes(SHA256_BYTES);
  const std::size_t fixed = constants + input_count_;
  // Every instruction writes less slots than it has words.
  if (slot_count_ > MOST_SLOTS || wire_count_ > words || slot_count_ < fixed || slot_count_ - fixed > words) {
    malformed("its sizes are wrong");
  }
  parts.bytes(SIGNAL_BYTES * signals);
  const auto values = parts.bytes(Fr::BYTES * constants);
  const auto program = parts.bytes(sizeof(std::uint32_t) * words);
  constants_.resize(constants);
  for (std::size_t i = 0; i < constants; i++) {
    // In the form in which its instructions need it: read as it is.
    if (!Fr::read_montgomery(values.data() + Fr::BYTES * i, constants_[i])) malformed("a constant is not below the order");
  }
  words_.resize(words);
  for (std::size_t i = 0; i < words; i++) std::memcpy(&words_[i], program.data() + sizeof(std::uint32_t) * i, sizeof(std::uint32_t));
  const ProgramLimits limits{fixed, slot_count_, requirements, wire_count_};
  const ProgramCheck checked = check_program(words_, limits);
  if (checked.defect != nullptr) malformed(checked.defect);
  most_inversions_ = checked.most_inversions;
}

std::unique_ptr<WitnessGraph::Workspace> WitnessGraph::take_workspace() const {
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      auto workspace = std::move(idle_.back());
      idle_.pop_back();
      return workspace;
    }
  }
  auto workspace = std::make_unique<Workspace>();
  workspace->slots.resize(slot_count_);
  std::copy(constants_.begin(), constants_.end(), workspace->slots.begin());
  workspace->values.resize(most_inversions_);
  workspace->products.resize(most_inversions_);
  return workspace;
}

void WitnessGraph::give_back(std::unique_ptr<Workspace> workspace) const {
  const std::size_t kept = constants_.size();
  wipe(workspace->slots.data() + kept, Fr::BYTES * (workspace->slots.size() - kept));
  wipe(workspace->values.data(), Fr::BYTES * most_inversions_);
  wipe(workspace->products.data(), Fr::BYTES * most_inversions_);
  const std::lock_guard lock(mutex_);
  idle_.push_back(std::move(workspace));
}

std::optional<std::uint32_t> WitnessGraph::evaluate(std::span<const std::uint8_t> inputs,
                                                    std::span<std::uint8_t> wires) const {
  if (inputs.size() != Fr::BYTES * input_count_ || wires.size() != Fr::BYTES * wire_count_) {
    throw Failure{"MALFORMED_INPUT", "the circuit takes another number of inputs or has another number of wires"};
  }
  for (std::size_t i = 0; i < input_count_; i++) {
    Limbs value;
    std::memcpy(value.data(), inputs.data() + Fr::BYTES * i, Fr::BYTES);
    if (!less_than(value, Fr::MODULUS)) throw Failure{"MALFORMED_INPUT", "an input is not below the order of the field"};
  }
  auto workspace = take_workspace();
  for (std::size_t i = 0; i < input_count_; i++) {
    std::memcpy(&workspace->slots[constants_.size() + i], inputs.data() + Fr::BYTES * i, Fr::BYTES);
  }
  const auto failed = run(*workspace, wires.data());
  give_back(std::move(workspace));
  if (failed) wipe(wires.data(), wires.size());
  return failed;
}

std::optional<std::uint32_t> WitnessGraph::run(Workspace& workspace, std::uint8_t* wires) const {
  Fr* const slots = workspace.slots.data();
  // Requirements are met or not in the order of the instructions, and numbered in that of the circuit.
  std::optional<std::uint32_t> failed;
  const auto require = [&](bool met, std::uint32_t number) {
    if (!met && (!failed || number < *failed)) failed = number;
  };
  const std::uint32_t* word = words_.data();
  const std::uint32_t* const end = word + words_.size();
  while (word != end) {
    const auto operation = static_cast<Operation>(*word & 0xff);
    const std::uint32_t count = *word >> 8;
    // Slots by their place in the instruction. A result is written when all operands were read.
    const auto at = [&](int place) -> Fr& { return slots[word[place]]; };
    switch (operation) {
      case Operation::add:
        at(1) = at(2) + at(3);
        break;
      case Operation::subtract:
        at(1) = at(2) - at(3);
        break;
      case Operation::negate:
        at(1) = -at(2);
        break;
      case Operation::multiply:
        at(1) = at(2) * at(3);
        break;
      case Operation::sum: {
        const std::uint32_t added = word[1] & 0xffff, subtracted = word[1] >> 16;
        const std::uint32_t* operand = word + 3;
        ProductSum<FrModulus> sum;
        for (std::uint32_t i = 0; i < count; i++, operand += 2) sum.add_product(slots[operand[0]], slots[operand[1]]);
        for (std::uint32_t i = 0; i < added; i++) sum.add(slots[*operand++]);
        for (std::uint32_t i = 0; i < subtracted; i++) sum.subtract(slots[*operand++]);
        at(2) = sum.value();
        word = operand;
        continue;
      }
      case Operation::invert: {
        invert_slots(slots, word + 1, word + 1 + count, count, workspace.values.data(), workspace.products.data());
        word += 1 + 2 * std::size_t{count};
        continue;
      }
      case Operation::to_montgomery:
        at(1) = Fr::from_canonical(at(2).limbs);
        break;
      case Operation::to_plain:
        at(1) = {at(2).canonical()};
        break;
      case Operation::power:
        at(1) = at(2).power(at(3).limbs);
        break;
      case Operation::quotient:
        at(1) = {circom_quotient(at(2).limbs, at(3).limbs)};
        break;
      case Operation::remainder:
        at(1) = {circom_remainder(at(2).limbs, at(3).limbs)};
        break;
      case Operation::shift_left:
        at(1) = {circom_shift_left(at(2).limbs, at(3).limbs)};
        break;
      case Operation::shift_right:
        at(1) = {circom_shift_right(at(2).limbs, at(3).limbs)};
        break;
      case Operation::bit_and:
        at(1) = {circom_and(at(2).limbs, at(3).limbs)};
        break;
      case Operation::bit_or:
        at(1) = {circom_or(at(2).limbs, at(3).limbs)};
        break;
      case Operation::bit_exclusive_or:
        at(1) = {circom_exclusive_or(at(2).limbs, at(3).limbs)};
        break;
      case Operation::bit_not:
        at(1) = {circom_not(at(2).limbs)};
        break;
      case Operation::bit:
        at(1) = truth((at(2).limbs[count / 64] >> (count % 64)) & 1);
        break;
      case Operation::low:
        at(1) = {lowest_bits(at(2).limbs, count)};
        break;
      case Operation::equal:
        at(1) = truth(at(2) == at(3));
        break;
      case Operation::different:
        at(1) = truth(!(at(2) == at(3)));
        break;
      case Operation::less:
        at(1) = truth(circom_less(at(2).limbs, at(3).limbs));
        break;
      case Operation::less_or_equal:
        at(1) = truth(!circom_less(at(3).limbs, at(2).limbs));
        break;
      case Operation::both:
        at(1) = truth(!at(2).is_zero() && !at(3).is_zero());
        break;
      case Operation::either:
        at(1) = truth(!at(2).is_zero() || !at(3).is_zero());
        break;
      case Operation::is_zero:
        at(1) = truth(at(2).is_zero());
        break;
      case Operation::select:
        at(1) = at(2).is_zero() ? at(4) : at(3);
        break;
      case Operation::require:
        require(!at(2).is_zero(), word[1]);
        break;
      case Operation::require_equal:
        require(at(2) == at(3), word[1]);
        break;
      case Operation::wire_montgomery:
        at(2).write(wires + Fr::BYTES * word[1]);
        break;
      case Operation::wire_plain:
        at(2).write_montgomery(wires + Fr::BYTES * word[1]);
        break;
      case Operation::wire_boolean: {
        const Limbs value{at(2).is_zero() ? std::uint64_t{0} : 1, 0, 0, 0};
        std::memcpy(wires + Fr::BYTES * word[1], value.data(), Fr::BYTES);
        break;
      }
    }
    const Shape shape = shape_of(operation);
    word += 1 + shape.operands + shape.has_result + (shape.index != Shape::Index::none);
  }
  return failed;
}

}  // namespace assay
