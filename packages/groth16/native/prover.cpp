#include "prover.hpp"

#include <algorithm>
#include <functional>

#include "failure.hpp"
#include "random.hpp"

namespace assay {

namespace {

template <class Point>
std::size_t finite_points(const std::vector<Point>& points) {
  return static_cast<std::size_t>(std::count_if(points.begin(), points.end(), [](const Point& p) { return !p.is_infinity(); }));
}

// How many wires are taken to have scalars of full length; the others are bits or other short numbers, for which a digit or two is
// all there is (m: 42 and 74 in a hundred of the wires of this project's decisions and intakes have whole ones), or recur (m: 7 in
// ten of those).
std::size_t whole_wires(std::size_t wires, bool recurring) { return recurring ? wires / 4 : wires * 2 / 3; }

}  // namespace

Blinding Blinding::random() {
  const auto draw = [] {
    for (;;) {
      Limbs value;
      if (!fill_random(value.data(), sizeof value)) throw Failure{"PROVER_FAILED", "the system gives no random numbers"};
      value[3] &= (std::uint64_t{1} << 62) - 1;
      if (less_than(value, Fr::MODULUS)) return Fr::from_canonical(value);
    }
  };
  const Fr r = draw();
  return {r, draw()};
}

ProvingKey::ProvingKey(Zkey key, std::uint64_t memory_limit, unsigned threads, bool recurring)
    : wire_count_{key.wire_count}, public_count_{key.public_count}, domain_size_{key.domain_size}, alpha1_{key.alpha1},
      beta1_{key.beta1}, delta1_{key.delta1}, beta2_{key.beta2}, delta2_{key.delta2} {
  const std::size_t a = finite_points(key.a), b = finite_points(key.b1), b2 = finite_points(key.b2), c = finite_points(key.c),
                    h = finite_points(key.h);
  const auto plan = [](std::size_t count, std::size_t whole, unsigned stride) {
    return MultiScalarPlan::cheapest(count, whole, stride);
  };
  // The smallest stride with which all tables fit.
  unsigned stride = 1;
  const auto table_bytes = [&] {
    const auto bytes = [&](std::size_t count, std::size_t whole, std::size_t point) {
      return std::uint64_t{count} * plan(count, whole, stride).multiples() * point;
    };
    return bytes(a, whole_wires(a, recurring), G1::BYTES) + bytes(b, whole_wires(b, recurring), G1::BYTES) + bytes(b2, whole_wires(b2, recurring), G2::BYTES) +
           bytes(c, whole_wires(c, recurring), G1::BYTES) + bytes(h, h, G1::BYTES);
  };
  while (stride < 64 && table_bytes() > memory_limit) stride++;
  a_ = std::make_unique<MultiScalar<FqVector>>(key.a, plan(a, whole_wires(a, recurring), stride), threads);
  b1_ = std::make_unique<MultiScalar<FqVector>>(key.b1, plan(b, whole_wires(b, recurring), stride), threads);
  b2_ = std::make_unique<MultiScalar<Fq2Vector>>(key.b2, plan(b2, whole_wires(b2, recurring), stride), threads);
  c_ = std::make_unique<MultiScalar<FqVector>>(key.c, plan(c, whole_wires(c, recurring), stride), threads);
  h_ = std::make_unique<MultiScalar<FqVector>>(key.h, plan(h, h, stride), threads);
  if (domain_size_ >= 2 * FrVector::WIDTH) {
    quotient_ = std::make_unique<AnyQuotient>(std::in_place_index<0>, key.left, key.right);
  } else {
    quotient_ = std::make_unique<AnyQuotient>(std::in_place_index<1>, key.left, key.right);
  }
  if (recurring) recurring_ = std::make_unique<RecurringWires>(wire_count_);
}

std::size_t ProvingKey::memory_bytes() const {
  std::size_t bytes = a_->memory_bytes() + b1_->memory_bytes() + b2_->memory_bytes() + c_->memory_bytes() + h_->memory_bytes();
  if (recurring_) bytes += recurring_->memory_bytes();
  return bytes + std::visit([](const auto& quotient) { return quotient.memory_bytes(); }, *quotient_);
}

WireSums ProvingKey::sum_wires(std::span<const SignedScalar> scalars, unsigned threads,
                               const std::atomic<std::int32_t>& cancel) const {
  return {a_->sum(scalars, threads, cancel), b1_->sum(scalars, threads, cancel),
          c_->sum(scalars.subspan(public_count_ + 1), threads, cancel), b2_->sum(scalars, threads, cancel)};
}

WipedVector<SignedScalar> ProvingKey::quotient(const WipedVector<Limbs>& witness, unsigned threads) const {
  return std::visit([&](const auto& quotient) { return quotient.scalars(witness, threads); }, *quotient_);
}

Proof ProvingKey::prove(std::span<const std::uint8_t> witness, const Blinding& blinding, unsigned threads,
                        const std::atomic<std::int32_t>& cancel) const {
  if (witness.size() != std::size_t{wire_count_} * Fr::BYTES) {
    throw Failure{"MALFORMED_INPUT", "the witness has " + std::to_string(witness.size()) + " bytes, the circuit " +
                                         std::to_string(wire_count_) + " wires of 32"};
  }
  WipedVector<Limbs> values(wire_count_);
  std::memcpy(values.data(), witness.data(), witness.size());
  for (std::size_t wire = 0; wire < values.size(); wire++) {
    if (!less_than(values[wire], Fr::MODULUS))
      throw Failure{"MALFORMED_INPUT", "wire " + std::to_string(wire) + " holds a value outside the field"};
  }
  if (values[0] != Limbs{1, 0, 0, 0}) throw Failure{"MALFORMED_INPUT", "wire 0 of a witness is the constant one"};
  const std::shared_ptr<const KnownWires> known = recurring_ ? recurring_->known() : nullptr;
  const WipedVector<SignedScalar> scalars = differences(values, known.get());
  const std::span<const SignedScalar> wires{scalars};

  WireSums sums;
  G1Jacobian h;
  // Longest first, so that threads end together.
  const std::function<void(unsigned)> tasks[] = {
      [&](unsigned inner) { h = h_->sum(quotient(values, inner), inner, cancel); },
      [&](unsigned inner) { sums.b2 = b2_->sum(wires, inner, cancel); },
      [&](unsigned inner) { sums.a = a_->sum(wires, inner, cancel); },
      [&](unsigned inner) { sums.b1 = b1_->sum(wires, inner, cancel); },
      [&](unsigned inner) { sums.c = c_->sum(wires.subspan(public_count_ + 1), inner, cancel); },
  };
  const unsigned side_by_side = std::min(std::max(threads, 1u), 4u);
  run_tasks(side_by_side, std::size(tasks), [&](std::size_t task) {
    if (cancel == 0) tasks[task](std::max(1u, threads / side_by_side));
  });
  if (cancel != 0) throw Failure{"ABORTED", "the caller cancelled the job"};
  if (known) sums = sums.plus(known->sums);
  if (recurring_) {
    recurring_->observe(values, [&](std::span<const SignedScalar> changes) -> std::optional<WireSums> {
      const WireSums added = sum_wires(changes, threads, cancel);
      if (cancel != 0) return std::nullopt;
      return added;
    });
  }

  const Limbs r = blinding.r.canonical(), s = blinding.s.canonical();
  const G1Jacobian delta1 = G1Jacobian::from(delta1_);
  const G1Jacobian proof_a = sums.a.plus(alpha1_).plus(delta1.times(r));
  const G2Jacobian proof_b = sums.b2.plus(beta2_).plus(G2Jacobian::from(delta2_).times(s));
  const G1Jacobian proof_b1 = sums.b1.plus(beta1_).plus(delta1.times(s));
  const G1Jacobian proof_c = sums.c.plus(h)
                                 .plus(proof_a.times(s))
                                 .plus(proof_b1.times(r))
                                 .plus(-delta1.times((blinding.r * blinding.s).canonical()));
  return {proof_a.affine(), proof_b.affine(), proof_c.affine()};
}

}  // namespace assay
