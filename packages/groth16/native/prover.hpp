// Groth16 proofs (eprint 2016/260, section 3.2) as snarkjs makes them.
#pragma once

#include <atomic>
#include <memory>
#include <span>
#include <variant>

#include "multi-scalar.hpp"
#include "proof-bytes.hpp"
#include "quotient.hpp"
#include "recurring-wires.hpp"
#include "zkey.hpp"

namespace assay {

// r and s.
struct Blinding {
  Fr r, s;

  // From the operating system's generator. Throws Failure PROVER_FAILED where that gives nothing.
  static Blinding random();
};

// A key with what is computed of it once. Proofs may be made of it on several threads at once.
class ProvingKey {
 public:
  // Keeps as many multiples of its points as `memory_limit` bytes hold, or the points alone where they do not fit; if `recurring`,
  // what recurs from witness to witness too.
  ProvingKey(Zkey key, std::uint64_t memory_limit, unsigned threads, bool recurring = false);

  std::uint32_t wire_count() const { return wire_count_; }
  std::uint32_t public_count() const { return public_count_; }
  std::uint32_t domain_size() const { return domain_size_; }
  std::size_t memory_bytes() const;

  // Proves a witness: 32 bytes for each wire, little-endian. Throws Failure MALFORMED_INPUT for another length, a value that is
  // not below r or a first wire that is not one; ABORTED once `cancel` is not zero.
  Proof prove(std::span<const std::uint8_t> witness, const Blinding& blinding, unsigned threads,
              const std::atomic<std::int32_t>& cancel) const;

 private:
  using AnyQuotient = std::variant<Quotient<FrVector>, Quotient<Single<FrModulus>>>;

  WireSums sum_wires(std::span<const SignedScalar> scalars, unsigned threads, const std::atomic<std::int32_t>& cancel) const;
  WipedVector<SignedScalar> quotient(const WipedVector<Limbs>& witness, unsigned threads) const;

  std::uint32_t wire_count_, public_count_, domain_size_;
  G1 alpha1_, beta1_, delta1_;
  G2 beta2_, delta2_;
  std::unique_ptr<AnyQuotient> quotient_;
  std::unique_ptr<MultiScalar<FqVector>> a_, b1_, c_, h_;
  std::unique_ptr<MultiScalar<Fq2Vector>> b2_;
  // Null where nothing is to be kept.
  std::unique_ptr<RecurringWires> recurring_;
};

}  // namespace assay
