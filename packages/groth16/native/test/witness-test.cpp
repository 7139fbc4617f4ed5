// Self-checks of the operators and sums of witness graphs, and bounded fuzzing of graph files.
// Usage: witness-test [seed]
#include <algorithm>
#include <thread>

#include "../circom-operators.hpp"
#include "../product-sum.hpp"
#include "../witness-graph.hpp"
#include "expect.hpp"
#include "random-graph.hpp"

using namespace assay;
using namespace assay::test;

namespace {

Limbs small(std::uint64_t value) { return {value, 0, 0, 0}; }

// a * b + c modulo r, of plain integers.
Limbs multiply_add(const Limbs& a, const Limbs& b, const Limbs& c) {
  return (Fr::from_canonical(a) * Fr::from_canonical(b) + Fr::from_canonical(c)).canonical();
}

void check_operators(GraphMaker& make) {
  for (int round = 0; round < 3000; round++) {
    const Limbs a = make.value(), b = make.value();
    const Limbs quotient = circom_quotient(a, b), remainder = circom_remainder(a, b);
    if (b != Limbs{}) {
      expect(multiply_add(quotient, b, remainder) == a && less_than(remainder, b), "a dividend is quotient * divisor + remainder");
    } else {
      expect(quotient == Limbs{} && remainder == Limbs{}, "quotient and remainder by zero are zero");
    }
    const unsigned count = make.below(254);
    const Limbs down = circom_shift_right(a, small(count)), low = lowest_bits(a, count);
    if (count < 253) {
      const Limbs power = circom_shift_left(small(1), small(count));
      expect(multiply_add(down, power, low) == a, "a value is what a shift leaves, and the bits that it drops");
      expect(circom_shift_left(down, small(count)) == multiply_add(down, power, {}), "a shift back is a product");
    }
    const Limbs backwards = subtract_mod({}, small(count), Fr::MODULUS);
    expect(circom_shift_left(a, backwards) == down, "a shift by a negative count goes the other way");
    expect(circom_shift_left(a, small(254 + count)) == Limbs{}, "a shift by all bits leaves nothing");
    expect(circom_exclusive_or(a, a) == Limbs{} && circom_and(a, a) == a && circom_or(a, {}) == a, "bitwise laws");
    expect(circom_not(circom_not(low)) == low || count == 253, "a complement is undone");
    expect(!circom_less(a, a) && (a == b || circom_less(a, b) != circom_less(b, a)), "an order is total");
    const Limbs minus_a = subtract_mod({}, a, Fr::MODULUS);
    expect(a == Limbs{} || circom_less(a, {}) != circom_less(minus_a, {}), "one of a and -a is negative");
  }
}

void check_sums(GraphMaker& make) {
  const Fr largest = Fr{subtract_mod({}, small(1), Fr::MODULUS)};
  for (int round = 0; round < 2000; round++) {
    ProductSum<FrModulus> sum;
    Fr expected = Fr::zero();
    const unsigned terms = make.below(40);
    // Half of the sums have nothing but products, so that many of them come before the first reduction.
    const unsigned kinds = round % 2 == 0 ? 4 : 1;
    for (unsigned i = 0; i < terms; i++) {
      const Fr a = make.below(3) == 0 ? largest : Fr{make.value()};
      const Fr b = make.below(3) == 0 ? largest : Fr{make.value()};
      switch (make.below(kinds)) {
        case 1:
          sum.add(a);
          expected = expected + a;
          break;
        case 2:
          sum.subtract(a);
          expected = expected - a;
          break;
        default:
          sum.add_product(a, b);
          expected = expected + a * b;
      }
    }
    expect(sum.value() == expected, "a sum that is reduced once is that of reduced products");
  }
}

bool all_below_order(const Bytes& wires) {
  for (std::size_t at = 0; at < wires.size(); at += Fr::BYTES) {
    Fr value;
    if (!Fr::read(&wires[at], value)) return false;
  }
  return true;
}

void check_programs(GraphMaker& make) {
  for (int round = 0; round < 300; round++) {
    const std::uint32_t inputs = make.below(10), constants = 1 + make.below(10);
    const WitnessGraph graph(make.file(inputs, constants, 1 + make.below(20), make.below(200)));
    const Bytes given = make.inputs(inputs);
    Bytes first(Fr::BYTES * graph.wire_count()), second(first.size(), 0xff);
    expect(!graph.evaluate(given, first) && all_below_order(first), "whatever a program computes is below the order");
    // On other threads at the same time, and in memory that was used before.
    std::thread other([&] { graph.evaluate(given, second); });
    Bytes third(first.size());
    graph.evaluate(given, third);
    other.join();
    expect(first == second && first == third, "an evaluation leaves nothing behind");
  }
}

// Whether evaluating refuses with the code, or does not refuse when there is none.
template <class Call>
bool refuses(const char* code, const Call& call) {
  try {
    call();
    return code == nullptr;
  } catch (const Failure& failure) {
    return code != nullptr && std::string(failure.code) == code;
  }
}

void check_inputs(GraphMaker& make) {
  const WitnessGraph graph(make.file(2, 1, 4, 20));
  Bytes wires(Fr::BYTES * graph.wire_count());
  Bytes given = make.inputs(2);
  expect(refuses("MALFORMED_INPUT", [&] { graph.evaluate(std::span(given).first(Fr::BYTES), wires); }), "too few inputs");
  expect(refuses("MALFORMED_INPUT", [&] { graph.evaluate(given, std::span(wires).first(0)); }) || wires.empty(), "too few wires");
  std::memcpy(given.data(), Fr::MODULUS.data(), Fr::BYTES);
  expect(refuses("MALFORMED_INPUT", [&] { graph.evaluate(given, wires); }), "an input that is not below the order");
}

void fuzz(GraphMaker& make) {
  int read = 0;
  for (int round = 0; round < 40000; round++) {
    Bytes file = make.file(3, 3, 1 + make.below(6), make.below(40));
    if (make.below(4) == 0) file.resize(make.below(file.size() + 1));
    for (unsigned change = make.below(4); change > 0 && !file.empty(); change--) {
      // Past the hash and the constants as a rule.
      const std::size_t at = make.below(5) == 0 ? make.below(file.size()) : file.size() - 1 - make.below(std::min<std::size_t>(file.size(), 400));
      file[at] = make.below(2) == 0 ? static_cast<std::uint8_t>(make.word()) : file[at] ^ (1 << make.below(8));
    }
    try {
      const WitnessGraph graph(file);
      Bytes wires(Fr::BYTES * graph.wire_count());
      graph.evaluate(make.inputs(graph.input_count()), wires);
      read++;
    } catch (const Failure& failure) {
      expect(std::string(failure.code) == "MALFORMED_GRAPH", "a file is refused as a file");
    }
  }
  expect(read > 4000 && read < 36000, "fuzzing reads files as well as it refuses some");
}

}  // namespace

int main(int count, char** arguments) {
  GraphMaker make(seed(count, arguments));
  check_operators(make);
  check_sums(make);
  check_programs(make);
  check_inputs(make);
  fuzz(make);
  return conclude();
}
