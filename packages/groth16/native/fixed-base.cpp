#include "fixed-base.hpp"

#include <algorithm>

#include "affine-sums.hpp"

namespace assay {

namespace {

constexpr unsigned SCALAR_BITS = 254;

// The generator of G2 (EIP-197).
constexpr Limbs X0{0x46debd5cd992f6ed, 0x674322d4f75edadd, 0x426a00665e5c4479, 0x1800deef121f1e76};
constexpr Limbs X1{0x97e485b7aef312c2, 0xf1aa493335a9e712, 0x7260bfb731fb5d25, 0x198e9393920d483a};
constexpr Limbs Y0{0x4ce6cc0166fa7daa, 0xe3d1e7690c43d37b, 0x4aab71808dcb408f, 0x12c85ea5db8c6deb};
constexpr Limbs Y1{0x55acdadcd122975b, 0xbc4b313370b38ef3, 0xec9e99ad690c3395, 0x090689d0585ff075};

// Scalars that advance together, a window at a time, so that a window of the table and their sums stay in the second-level cache.
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

template <class V>
void write_point(const Affine<typename V::Field>& point, std::uint64_t* words) {
  V::write(point.x, words);
  V::write(point.y, words + V::WORDS);
}

template <class V>
Affine<typename V::Field> read_point(const std::uint64_t* words) {
  return {V::read(words), V::read(words + V::WORDS)};
}

template <class V>
void copy_point(const std::uint64_t* from, bool negative, std::uint64_t* to) {
  std::copy_n(from, POINT_WORDS<V>, to);
  if (negative) V::negate(to + V::WORDS);
}

}  // namespace

G2 g2_generator() {
  return {{Fq::from_canonical(X0), Fq::from_canonical(X1)}, {Fq::from_canonical(Y0), Fq::from_canonical(Y1)}};
}

template <class V>
FixedBaseTable<V>::FixedBaseTable(const Point& base, std::size_t count)
    : bits_(best_bits<typename V::Field>(count)),
      windows_(window_count(bits_)),
      table_(windows_ * per_window() * POINT_WORDS<V>) {
  fill(base);
}

template <class V>
const std::uint64_t* FixedBaseTable<V>::entry(std::size_t k, std::size_t j) const {
  return &table_[(k * per_window() + j - 1) * POINT_WORDS<V>];
}
template <class V>
std::uint64_t* FixedBaseTable<V>::entry(std::size_t k, std::size_t j) {
  return &table_[(k * per_window() + j - 1) * POINT_WORDS<V>];
}

template <class V>
void FixedBaseTable<V>::fill(const Point& base) {
  std::vector<Jacobian<typename V::Field>> bases{Jacobian<typename V::Field>::from(base)};
  while (bases.size() < windows_) {
    auto next = bases.back();
    for (unsigned bit = 0; bit < bits_; bit++) next = next.doubled();
    bases.push_back(next);
  }
  const auto firsts = to_affine(bases);
  for (std::size_t k = 0; k < windows_; k++) write_point<V>(firsts[k], entry(k, 1));
  // From the first n multiples of every window the next n: (n + j) P = n P + j P.
  AffineSums<V> adder;
  std::vector<PairSum> sums;
  for (std::size_t n = 1; n < per_window(); n *= 2) {
    sums.clear();
    for (std::size_t k = 0; k < windows_; k++) {
      for (std::size_t j = 1; j <= n; j++) sums.push_back({entry(k, n), entry(k, j), entry(k, n + j)});
    }
    adder.add(sums);
  }
}

template <class V>
void FixedBaseTable<V>::multiply(std::span<const Fr> scalars, Point* out) const {
  // Half a window, the largest digit. Those above it are negative, and carry into the next window.
  const auto half = static_cast<std::uint32_t>(per_window());
  struct Running {
    Limbs scalar;
    bool carry = false;
    bool is_infinity = true;
  };
  std::vector<Running> running(std::min(BLOCK, scalars.size()));
  Words points(running.size() * POINT_WORDS<V>);
  AffineSums<V> adder;
  std::vector<PairSum> sums;
  sums.reserve(running.size());
  for (; !scalars.empty(); scalars = scalars.subspan(std::min(BLOCK, scalars.size()))) {
    const std::size_t size = std::min(BLOCK, scalars.size());
    for (std::size_t i = 0; i < size; i++) running[i] = {scalars[i].canonical()};
    for (std::size_t k = 0; k < windows_; k++) {
      sums.clear();
      for (std::size_t i = 0; i < size; i++) {
        auto& [scalar, carry, is_infinity] = running[i];
        const std::uint32_t digit = bits_at(scalar, k * bits_, bits_) + carry;
        carry = digit > half;
        const std::uint32_t magnitude = carry ? 2 * half - digit : digit;
        if (magnitude == 0) continue;
        std::uint64_t* sum = &points[i * POINT_WORDS<V>];
        if (is_infinity) {
          copy_point<V>(entry(k, magnitude), carry, sum);
          is_infinity = false;
        } else {
          sums.push_back({sum, entry(k, magnitude), sum, false, carry});
        }
      }
      adder.add(sums);
    }
    for (std::size_t i = 0; i < size; i++) {
      out[i] = running[i].is_infinity ? Point{} : read_point<V>(&points[i * POINT_WORDS<V>]);
    }
    out += size;
  }
}

template class FixedBaseTable<FqVector>;
template class FixedBaseTable<Fq2Vector>;

}  // namespace assay
