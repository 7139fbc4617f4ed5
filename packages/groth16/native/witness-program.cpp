#include "witness-program.hpp"

#include <algorithm>
#include <vector>

namespace assay {

namespace {

class Checker {
 public:
  Checker(std::span<const std::uint32_t> words, const ProgramLimits& limits)
      : left_(words), limits_(limits), written_(limits.slots), given_(limits.wires) {
    for (std::size_t slot = 0; slot < limits.fixed_slots; slot++) written_[slot] = true;
  }

  std::size_t most_inversions() const { return most_inversions_; }

  const char* find_defect() {
    while (!left_.empty()) {
      if (const char* defect = check_instruction()) return defect;
    }
    for (const bool given : given_) {
      if (!given) return "a wire has no value";
    }
    return nullptr;
  }

 private:
  const char* check_instruction() {
    const std::uint32_t first = next();
    if ((first & 0xff) >= OPERATIONS) return "an instruction is unknown";
    const auto operation = static_cast<Operation>(first & 0xff);
    const std::uint32_t count = first >> 8;
    if (operation == Operation::sum) return check_sum(count);
    if (operation == Operation::invert) return check_invert(count);
    const bool counted = operation == Operation::bit || operation == Operation::low;
    if (counted ? count >= 254 : count != 0) return "an instruction counts too far";
    const Shape shape = shape_of(operation);
    if (left_.size() < shape.operands + shape.has_result + (shape.index != Shape::Index::none)) return CUT_SHORT;
    if (shape.index == Shape::Index::requirement && next() >= limits_.requirements) return "a requirement has no number";
    if (shape.index == Shape::Index::wire) {
      const std::uint32_t wire = next();
      if (wire >= given_.size() || given_[wire]) return "a wire is unknown or has two values";
      given_[wire] = true;
    }
    return check_slots(shape.has_result ? 1 : 0, shape.operands);
  }

  const char* check_sum(std::uint32_t products) {
    if (left_.empty()) return CUT_SHORT;
    const std::uint32_t others = next();
    const std::size_t operands = 2 * std::size_t{products} + (others & 0xffff) + (others >> 16);
    if (left_.size() < operands + 1) return CUT_SHORT;
    return check_slots(1, operands);
  }

  const char* check_invert(std::size_t count) {
    if (left_.size() < 2 * count) return CUT_SHORT;
    most_inversions_ = std::max(most_inversions_, count);
    return check_slots(count, count);
  }

  const char* check_slots(std::size_t results, std::size_t operands) {
    const auto written = left_.first(results);
    left_ = left_.subspan(results);
    for (std::size_t i = 0; i < operands; i++) {
      const std::uint32_t slot = next();
      if (slot >= written_.size() || !written_[slot]) return "an instruction reads a slot without a value";
    }
    for (const std::uint32_t slot : written) {
      if (slot < limits_.fixed_slots || slot >= written_.size()) return "an instruction writes where it must not";
      written_[slot] = true;
    }
    return nullptr;
  }

  std::uint32_t next() {
    const std::uint32_t word = left_.front();
    left_ = left_.subspan(1);
    return word;
  }

  static constexpr const char* CUT_SHORT = "its last instruction is cut short";

  std::span<const std::uint32_t> left_;
  const ProgramLimits& limits_;
  std::vector<bool> written_, given_;
  std::size_t most_inversions_ = 0;
};

}  // namespace

ProgramCheck check_program(std::span<const std::uint32_t> words, const ProgramLimits& limits) {
  Checker checker(words, limits);
  const char* const defect = checker.find_defect();
  return {defect, checker.most_inversions()};
}

}  // namespace assay
