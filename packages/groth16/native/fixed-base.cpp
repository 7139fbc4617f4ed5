#include "fixed-base.hpp"

#include <algorithm>

namespace assay {

namespace {

constexpr unsigned SCALAR_BITS = 254;

// The generator of G2 (EIP-197).
constexpr Limbs X0{0x46debd5cd992f6ed, 0x674322d4f75edadd, 0x426a00665e5c4479, 0x1800deef121f1e76};
constexpr Limbs X1{0x97e485b7aef312c2, 0xf1aa493335a9e712, 0x7260bfb731fb5d25, 0x198e9393920d483a};
constexpr Limbs Y0{0x4ce6cc0166fa7daa, 0xe3d1e7690c43d37b, 0x4aab71808dcb408f, 0x12c85ea5db8c6deb};
constexpr Limbs Y1{0x55acdadcd122975b, 0xbc4b313370b38ef3, 0xec9e99ad690c3395, 0x090689d0585ff075};

// Scalars that advance together, a window at a time: their sums stay in the second-level cache beside a window of the table,
// and an inversion is shared by so many additions that it hardly counts.
constexpr std::size_t BLOCK = 1024;

// Largest window, of which 2^(bits - 1) points lie in the second-level cache.
template <class F>
constexpr unsigned MAX_BITS = F::BYTES == Fq::BYTES ? 13 : 12;

// One bit more than the scalars have, so that no digit carries out of the last window.
constexpr std::size_t window_count(unsigned bits) { return SCALAR_BITS / bits + 1; }

// The window for which table and multiples together take the fewest additions.
template <class F>
unsigned best_bits(std::size_t count) {
  const auto additions = [&](unsigned bits) { return window_count(bits) * (count + (std::size_t{1} << (bits - 1))); };
  unsigned best = 4;
  for (unsigned bits = best + 1; bits <= MAX_BITS<F>; bits++) {
    if (additions(bits) < additions(best)) best = bits;
  }
  return best;
}

// `bits` bits from a bit offset below 256; bits past the end are zero.
std::uint32_t bits_at(const Limbs& value, std::size_t offset, unsigned bits) {
  const std::size_t limb = offset / 64;
  const unsigned shift = offset % 64;
  std::uint64_t found = value[limb] >> shift;
  if (shift + bits > 64 && limb < 3) found |= value[limb + 1] << (64 - shift);
  return static_cast<std::uint32_t>(found & ((std::uint64_t{1} << bits) - 1));
}

}  // namespace

G2 g2_generator() {
  return {{Fq::from_canonical(X0), Fq::from_canonical(X1)}, {Fq::from_canonical(Y0), Fq::from_canonical(Y1)}};
}

template <class Lanes>
FixedBaseTable<Lanes>::FixedBaseTable(const Point& base, std::size_t count)
    : bits_(best_bits<typename Lanes::Element>(count)), windows_(window_count(bits_)), table_(windows_ * per_window()) {
  fill(base);
}

template <class Lanes>
void FixedBaseTable<Lanes>::fill(const Point& base) {
  std::vector<Jacobian<typename Lanes::Element>> bases{Jacobian<typename Lanes::Element>::from(base)};
  while (bases.size() < windows_) {
    auto next = bases.back();
    for (unsigned bit = 0; bit < bits_; bit++) next = next.doubled();
    bases.push_back(next);
  }
  const auto firsts = to_affine(bases);
  for (std::size_t i = 0; i < windows_; i++) window(i)[0] = firsts[i];
  // From the first n multiples the next n: (n + j) P = n P + j P.
  BatchedAdditions<Lanes> additions(std::max(BLOCK, per_window()));
  for (std::size_t i = 0; i < windows_; i++) {
    Point* multiples = window(i);
    for (std::size_t n = 1; n < per_window(); n *= 2) {
      for (std::size_t j = 0; j < n; j++) {
        multiples[n + j] = multiples[n - 1];
        additions.add(multiples[n + j], multiples[j], false);
      }
      additions.finish();
    }
  }
}

template <class Lanes>
void FixedBaseTable<Lanes>::multiply(std::span<const Fr> scalars, Point* out) const {
  // Half a window, the largest digit. Those above it are negative, and carry into the next window.
  const auto half = static_cast<std::uint32_t>(per_window());
  struct Digit {
    std::uint32_t size = 0;
    bool negative = false;
  };
  BatchedAdditions<Lanes> additions(BLOCK);
  std::vector<Limbs> integers(std::min(BLOCK, scalars.size()));
  std::vector<Digit> digits(integers.size());
  for (; !scalars.empty(); scalars = scalars.subspan(std::min(BLOCK, scalars.size()))) {
    const std::size_t size = std::min(BLOCK, scalars.size());
    for (std::size_t i = 0; i < size; i++) {
      integers[i] = scalars[i].canonical();
      digits[i] = {};
      out[i] = {};
    }
    for (std::size_t index = 0; index < windows_; index++) {
      const Point* multiples = window(index);
      for (std::size_t i = 0; i < size; i++) {
        const std::uint32_t digit = bits_at(integers[i], index * bits_, bits_) + digits[i].negative;
        digits[i] = digit > half ? Digit{2 * half - digit, true} : Digit{digit, false};
        if (digits[i].size != 0) __builtin_prefetch(&multiples[digits[i].size - 1]);
      }
      for (std::size_t i = 0; i < size; i++) {
        if (digits[i].size != 0) additions.add(out[i], multiples[digits[i].size - 1], digits[i].negative);
      }
      additions.finish();
    }
    out += size;
  }
}

template class FixedBaseTable<OneLane<Fq>>;
template class FixedBaseTable<OneLane<Fq2>>;

}  // namespace assay
