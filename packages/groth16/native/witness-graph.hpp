// Witnesses from evaluation graphs: docs/spec/witness-graph.md has the file's format and what each instruction does.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "failure.hpp"
#include "field.hpp"
#include "words.hpp"

namespace assay {

class WitnessGraph {
 public:
  // Reads a graph file and checks all that evaluating it relies on. Throws Failure MALFORMED_GRAPH.
  explicit WitnessGraph(std::span<const std::uint8_t> file);

  // Values of all input signals together.
  std::size_t input_count() const { return input_count_; }
  std::size_t wire_count() const { return wire_count_; }

  // Computes the value of each wire. Inputs and wires are 32 bytes each, little-endian, below r; any thread may call it, also while
  // another one does.
  //
  // Gives the number of the first requirement that the inputs do not meet; then the wires are zero. Throws Failure MALFORMED_INPUT
  // for another number of inputs or wires, or an input that is not below r.
  std::optional<std::uint32_t> evaluate(std::span<const std::uint8_t> inputs, std::span<std::uint8_t> wires) const;

 private:
  // What one evaluation works in.
  struct Workspace {
    // Constants, inputs, values. The constants stay from one evaluation to the next, the others are zero in between.
    WipedVector<Fr> slots;
    // Of the inversions of one instruction.
    WipedVector<Fr> values, products;
  };

  std::optional<std::uint32_t> run(Workspace& workspace, std::uint8_t* wires) const;
  std::unique_ptr<Workspace> take_workspace() const;
  void give_back(std::unique_ptr<Workspace> workspace) const;

  std::size_t input_count_ = 0, wire_count_ = 0, slot_count_ = 0, most_inversions_ = 0;
  std::vector<Fr> constants_;
  std::vector<std::uint32_t> words_;
  mutable std::mutex mutex_;
  mutable std::vector<std::unique_ptr<Workspace>> idle_;
};

}  // namespace assay
