#include "multi-scalar.hpp"

#include <cstring>

#include "bucket-filler.hpp"
#include "bucket-sum.hpp"
#include "failure.hpp"

namespace assay {

SignedScalar SignedScalar::from(const Limbs& scalar) {
  const Limbs opposite = subtract_mod({}, scalar, Fr::MODULUS);
  return less_than(opposite, scalar) ? SignedScalar{opposite, true} : SignedScalar{scalar, false};
}

MultiScalarPlan MultiScalarPlan::cheapest(std::size_t count, std::size_t whole, unsigned stride) {
  // A bucket takes two additions in the end, in each round.
  const auto cost = [&](unsigned bits) {
    const MultiScalarPlan plan{bits, stride};
    return whole * plan.windows() + (count - whole) + stride * (std::size_t{2} << (bits - 1));
  };
  unsigned best = 4;
  for (unsigned bits = 5; bits <= 18; bits++) {
    if (cost(bits) < cost(best)) best = bits;
  }
  return {best, stride};
}

// What goes into the buckets in one round, sorted by bucket.
template <class V>
struct MultiScalar<V>::Entries {
  // Where the entries of each bucket begin, and behind the last where they end.
  WipedVector<std::uint32_t> starts;
  // Twice the place in the table, and one more where the multiple is to be subtracted.
  WipedVector<std::uint32_t> places;
};

namespace {

// Cuts scalars into signed digits, at most 2^(bits - 1) in size. With half of 2^bits added to every window no carry is left: each
// digit is a window of the sum, less that half.
class Digits {
 public:
  Digits(MultiScalarPlan plan, unsigned round) : plan_{plan}, round_{round} {
    for (unsigned window = 0; window < plan.windows(); window++) {
      const unsigned bit = window * plan.bits + plan.bits - 1;
      halves_[bit / 64] |= std::uint64_t{1} << (bit % 64);
    }
  }

  // Calls use(multiple, digit, whether it is negative) for the digits of the round that are not zero.
  template <class Use>
  void each(const SignedScalar& scalar, const Use& use) const {
    const Limbs& limbs = scalar.magnitude;
    unsigned length = 0;
    for (unsigned i = 0; i < 4; i++) {
      if (limbs[i] != 0) length = 64 * (i + 1) - static_cast<unsigned>(__builtin_clzll(limbs[i]));
    }
    // A window of which only the highest bit is clear may still give a carry to the next one.
    const unsigned windows = length == 0 ? 0 : std::min(plan_.windows(), (length + 1) / plan_.bits + 1);
    std::uint64_t sum[6], carry = 0;
    for (unsigned i = 0; i < 5; i++) sum[i] = add_carry(halves_[i], i < 4 ? limbs[i] : 0, carry);
    sum[5] = 0;
    const std::uint64_t half = std::uint64_t{1} << (plan_.bits - 1), mask = 2 * half - 1;
    unsigned bit = round_ * plan_.bits;
    for (unsigned window = round_, multiple = 0; window < windows; window += plan_.stride, multiple++) {
      const unsigned word = bit / 64, shift = bit % 64;
      const std::uint64_t value = (sum[word] >> shift | (shift == 0 ? 0 : sum[word + 1] << (64 - shift))) & mask;
      bit += plan_.stride * plan_.bits;
      if (value == half) continue;
      const bool negative = value < half;
      use(multiple, negative ? half - value : value - half, negative != scalar.negative);
    }
  }

 private:
  MultiScalarPlan plan_;
  unsigned round_;
  std::uint64_t halves_[5]{};
};

}  // namespace

template <class V>
MultiScalar<V>::MultiScalar(std::span<const Affine<Field>> points, MultiScalarPlan plan, unsigned threads) : plan_{plan} {
  for (std::size_t i = 0; i < points.size(); i++) {
    if (!points[i].is_infinity()) indices_.push_back(static_cast<std::uint32_t>(i));
  }
  const std::size_t multiples = plan.multiples();
  if (indices_.size() * multiples >= std::size_t{1} << 31) throw Failure{"MALFORMED_KEY", "the key has too many points"};
  table_.resize(indices_.size() * multiples * POINT_WORDS<V>);
  constexpr std::size_t CHUNK = 1024;
  run_tasks(threads, (indices_.size() + CHUNK - 1) / CHUNK, [&](std::size_t chunk) {
    const std::size_t first = chunk * CHUNK, last = std::min(first + CHUNK, indices_.size());
    AffineSums<V> adder;
    std::vector<PairSum> doublings;
    const auto at = [&](std::size_t i, std::size_t k) { return &table_[(i * multiples + k) * POINT_WORDS<V>]; };
    for (std::size_t i = first; i < last; i++) {
      V::write(points[indices_[i]].x, at(i, 0));
      V::write(points[indices_[i]].y, at(i, 0) + V::WORDS);
    }
    for (std::size_t k = 1; k < multiples; k++) {
      for (unsigned doubling = 0; doubling < plan.bits * plan.stride; doubling++) {
        doublings.clear();
        for (std::size_t i = first; i < last; i++) {
          const std::uint64_t* from = at(i, doubling == 0 ? k - 1 : k);
          doublings.push_back({from, from, at(i, k)});
        }
        adder.add(doublings);
      }
    }
  });
}

template <class V>
typename MultiScalar<V>::Entries MultiScalar<V>::sort(std::span<const SignedScalar> scalars, unsigned round) const {
  const std::size_t buckets = std::size_t{1} << (plan_.bits - 1);
  const unsigned multiples = plan_.multiples();
  Entries entries;
  entries.starts.assign(buckets + 1, 0);
  const Digits digits{plan_, round};
  const auto each = [&](const auto& use) {
    for (std::size_t i = 0; i < indices_.size(); i++) {
      digits.each(scalars[indices_[i]], [&](unsigned multiple, std::uint64_t digit, bool negative) {
        use(digit - 1, static_cast<std::uint32_t>((i * multiples + multiple) * 2 + negative));
      });
    }
  };
  each([&](std::uint64_t bucket, std::uint32_t) { entries.starts[bucket + 1]++; });
  for (std::size_t bucket = 0; bucket < buckets; bucket++) entries.starts[bucket + 1] += entries.starts[bucket];
  entries.places.resize(entries.starts[buckets]);
  WipedVector<std::uint32_t> next(entries.starts.begin(), entries.starts.end() - 1);
  each([&](std::uint64_t bucket, std::uint32_t place) { entries.places[next[bucket]++] = place; });
  return entries;
}

template <class V>
Words MultiScalar<V>::fill_buckets(const Entries& entries, unsigned threads,
                                         const std::atomic<std::int32_t>& cancel) const {
  const std::size_t buckets = entries.starts.size() - 1;
  // Whole groups: further buckets are empty.
  Words points(std::max(buckets, V::WIDTH) * POINT_WORDS<V>);
  constexpr std::size_t RUN = BucketFiller<V>::BUCKETS;
  const std::size_t runs = (buckets + RUN - 1) / RUN;
  const unsigned used = std::min<unsigned>(threads, static_cast<unsigned>(runs));
  std::atomic<std::size_t> next{0};
  run_tasks(used, used, [&](std::size_t) {
    BucketFiller<V> filler;
    for (std::size_t run = next++; run < runs && cancel == 0; run = next++) {
      const std::size_t first = run * RUN;
      filler.fill(&entries.starts[first], std::min(RUN, buckets - first), entries.places.data(), table_.data(),
                  &points[first * POINT_WORDS<V>]);
    }
  });
  return points;
}

template <class V>
Jacobian<typename V::Field> MultiScalar<V>::sum(std::span<const SignedScalar> scalars, unsigned threads,
                                                   const std::atomic<std::int32_t>& cancel) const {
  Jacobian<Field> total;
  RunningSums<V> adder;
  for (unsigned round = plan_.stride; round-- > 0 && cancel == 0;) {
    for (unsigned bit = 0; bit < plan_.bits; bit++) total = total.doubled();
    const Entries entries = sort(scalars, round);
    const auto sums = load_all_points<V>(fill_buckets(entries, threads, cancel));
    total = total.plus(weighted_sum(sums.data(), sums.size(), adder));
  }
  return total;
}

template class MultiScalar<FqVector>;
template class MultiScalar<Fq2Vector>;

}  // namespace assay
