#include "recurring-wires.hpp"

#include "failure.hpp"
#include "random.hpp"

namespace assay {

namespace {

// A value has to be that of the witness before so many times in a row.
constexpr std::uint8_t STREAK = 2;
// Witnesses between two times of learning, so that banks whose models take turns do not pay for it all the time.
constexpr unsigned PATIENCE = 4;
// One in so many long values has to have changed to be worth a sum.
constexpr std::size_t SHARE = 20;

// Short values, bits above all, cost an addition or a few: nothing is gained by knowing them.
bool is_long(const Limbs& value) {
  const Limbs& magnitude = SignedScalar::from(value).magnitude;
  return (magnitude[1] | magnitude[2] | magnitude[3]) != 0;
}

// Tells values apart without keeping them. Two that it takes for equal cost time, nothing else. Never zero.
std::uint64_t fingerprint(const Limbs& value, const std::array<std::uint64_t, 4>& secrets) {
  using Wide = unsigned __int128;
  const Wide first = Wide{value[0] ^ secrets[0]} * (value[1] ^ secrets[1]);
  const Wide second = Wide{value[2] ^ secrets[2]} * (value[3] ^ secrets[3]);
  const Wide sum = first + (second << 1 | second >> 127);
  return static_cast<std::uint64_t>(sum >> 64 ^ sum) | 1;
}

}  // namespace

RecurringWires::RecurringWires(std::size_t wires) : fingerprints_(wires), streaks_(wires) {
  if (!fill_random(secrets_.data(), sizeof secrets_)) throw Failure{"PROVER_FAILED", "the system gives no random numbers"};
}

std::shared_ptr<const KnownWires> RecurringWires::known() const {
  const std::lock_guard lock{mutex_};
  return known_;
}

std::size_t RecurringWires::memory_bytes() const {
  return fingerprints_.size() * (sizeof(std::uint64_t) + sizeof(std::uint8_t) + sizeof(Limbs));
}

// Gives the wires whose known value should be another one, if they are enough and nobody is learning yet.
std::vector<std::uint32_t> RecurringWires::note(const WipedVector<Limbs>& witness) {
  const std::lock_guard lock{mutex_};
  std::vector<std::uint32_t> changes;
  std::size_t long_values = 0;
  for (std::size_t wire = 0; wire < witness.size(); wire++) {
    const bool whole = is_long(witness[wire]);
    const std::uint64_t seen = whole ? fingerprint(witness[wire], secrets_) : 0;
    std::uint8_t& streak = streaks_[wire];
    streak = seen == fingerprints_[wire] ? static_cast<std::uint8_t>(std::min<int>(streak + 1, STREAK)) : 0;
    fingerprints_[wire] = seen;
    if (whole) long_values++;
    if (streak < STREAK) continue;
    const Limbs wanted = whole ? witness[wire] : Limbs{};
    if (wanted != (known_ ? known_->values[wire] : Limbs{})) changes.push_back(static_cast<std::uint32_t>(wire));
  }
  since_learned_++;
  if (learning_ || since_learned_ < PATIENCE || changes.size() * SHARE < std::max(long_values, SHARE)) return {};
  learning_ = true;
  return changes;
}

void RecurringWires::observe(const WipedVector<Limbs>& witness, const Sum& sum) {
  const std::vector<std::uint32_t> changes = note(witness);
  if (changes.empty()) return;
  // From here on nobody else changes what is known.
  const std::shared_ptr<const KnownWires> before = known();
  const auto after = std::make_shared<KnownWires>();
  std::optional<WireSums> sums;
  try {
    after->values = before ? before->values : WipedVector<Limbs>(witness.size());
    WipedVector<SignedScalar> scalars(witness.size());
    for (const std::uint32_t wire : changes) {
      const Limbs wanted = is_long(witness[wire]) ? witness[wire] : Limbs{};
      scalars[wire] = SignedScalar::from(subtract_mod(wanted, after->values[wire], Fr::MODULUS));
      after->values[wire] = wanted;
    }
    sums = sum(scalars);
  } catch (...) {
    const std::lock_guard lock{mutex_};
    learning_ = false;
    throw;
  }
  if (sums) after->sums = before ? before->sums.plus(*sums) : *sums;
  const std::lock_guard lock{mutex_};
  learning_ = false;
  if (!sums) return;
  known_ = after;
  since_learned_ = 0;
}

WipedVector<SignedScalar> differences(const WipedVector<Limbs>& witness, const KnownWires* known) {
  WipedVector<SignedScalar> scalars(witness.size());
  for (std::size_t wire = 0; wire < witness.size(); wire++) {
    scalars[wire] = SignedScalar::from(known ? subtract_mod(witness[wire], known->values[wire], Fr::MODULUS) : witness[wire]);
  }
  return scalars;
}

}  // namespace assay
