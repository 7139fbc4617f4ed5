// The instructions of a witness graph's program: docs/spec/witness-graph.md, section 4.
#pragma once

#include <cstdint>
#include <span>

namespace assay {

enum class Operation : std::uint8_t {
  add,
  subtract,
  negate,
  multiply,
  sum,
  invert,
  to_montgomery,
  to_plain,
  power,
  quotient,
  remainder,
  shift_left,
  shift_right,
  bit_and,
  bit_or,
  bit_exclusive_or,
  bit_not,
  bit,
  low,
  equal,
  different,
  less,
  less_or_equal,
  both,
  either,
  is_zero,
  select,
  require,
  require_equal,
  wire_montgomery,
  wire_plain,
  wire_boolean,
};

inline constexpr unsigned OPERATIONS = 32;

// The words of an instruction, one after another: the first; with `sum`, how many values are added and subtracted; with `require`
// and `wire`, which one; the slot of the result, with `invert` of as many as it counts; the slots of the operands.
struct Shape {
  unsigned operands;
  bool has_result;
  // Of what `index` numbers.
  enum class Index : std::uint8_t { none, requirement, wire } index = Index::none;
};

// Of every instruction but `sum` and `invert`, whose length depends on their counts.
constexpr Shape shape_of(Operation operation) {
  switch (operation) {
    case Operation::negate:
    case Operation::to_montgomery:
    case Operation::to_plain:
    case Operation::bit_not:
    case Operation::bit:
    case Operation::low:
    case Operation::is_zero:
      return {1, true};
    case Operation::select:
      return {3, true};
    case Operation::require:
      return {1, false, Shape::Index::requirement};
    case Operation::require_equal:
      return {2, false, Shape::Index::requirement};
    case Operation::wire_montgomery:
    case Operation::wire_plain:
    case Operation::wire_boolean:
      return {1, false, Shape::Index::wire};
    default:
      return {2, true};
  }
}

// What the slots and numbers of a program have to stay below.
struct ProgramLimits {
  // Slots of constants and inputs, which hold values from the start and are never written.
  std::size_t fixed_slots;
  std::size_t slots;
  std::size_t requirements;
  std::size_t wires;
};

struct ProgramCheck {
  // Why the program cannot be run, or null: whole instructions, each known, its slots and counts in range, operands that were
  // written before, each wire given once.
  const char* defect = nullptr;
  // Of its largest `invert`.
  std::size_t most_inversions = 0;
};

ProgramCheck check_program(std::span<const std::uint32_t> words, const ProgramLimits& limits);

}  // namespace assay
