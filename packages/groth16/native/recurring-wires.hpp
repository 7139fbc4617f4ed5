// What the witnesses of one circuit have in common. A bank proves applicant after applicant under one model, one policy, the same
// issuers and lists: seven in ten of the long scalars of an intake, as many of a decision, are those of the applicant before. What
// the key's points add up to with them is computed once, and a proof adds up what differs.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>

#include "multi-scalar.hpp"

namespace assay {

// What a key's points of each kind add up to with the scalars of a witness.
struct WireSums {
  G1Jacobian a, b1, c;
  G2Jacobian b2;

  WireSums plus(const WireSums& other) const { return {a.plus(other.a), b1.plus(other.b1), c.plus(other.c), b2.plus(other.b2)}; }
};

// Values that recur, by wire, zero where none does, with their sums.
struct KnownWires {
  WipedVector<Limbs> values;
  WireSums sums;
};

// Learns from witness to witness which values recur. Whatever it learned, `known` plus what differs from it is a witness: a value
// that does not recur this time costs what it would have cost anyway. Of a witness it keeps, besides values that recurred, a keyed
// 64-bit fingerprint of each long value until the next one comes. Calls may come from several threads.
class RecurringWires {
 public:
  using Sum = std::function<std::optional<WireSums>(std::span<const SignedScalar>)>;

  explicit RecurringWires(std::size_t wires);

  // What is known by now; null before anything is.
  std::shared_ptr<const KnownWires> known() const;

  // Takes note of a witness that was proved. Where enough has changed, has `sum` add up the points with the differences; nothing is
  // learned where it gives none.
  void observe(const WipedVector<Limbs>& witness, const Sum& sum);

  std::size_t memory_bytes() const;

 private:
  std::vector<std::uint32_t> note(const WipedVector<Limbs>& witness);

  mutable std::mutex mutex_;
  std::array<std::uint64_t, 4> secrets_{};
  WipedVector<std::uint64_t> fingerprints_;
  // How many times in a row each value was the one before.
  std::vector<std::uint8_t> streaks_;
  std::shared_ptr<const KnownWires> known_;
  unsigned since_learned_ = 0;
  bool learning_ = false;
};

// Canonical differences of a witness from what is known, as scalars.
WipedVector<SignedScalar> differences(const WipedVector<Limbs>& witness, const KnownWires* known);

}  // namespace assay
