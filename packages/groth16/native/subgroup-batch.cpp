#include "subgroup-batch.hpp"

#include <atomic>
#include <vector>

#include "bucket-filler.hpp"
#include "bucket-sum.hpp"
#include "failure.hpp"
#include "random.hpp"
#include "subgroup.hpp"
#include "tasks.hpp"

namespace assay {

namespace {

// A combination with random coefficients from 1 to 2^13. Of a point that is not in G2 some part has an order that divides the cofactor
// 2q - r and is not 1, so it is 10069 at least: whatever the others add up to, one coefficient at most makes the combination's part
// vanish, since no two of them are equal modulo that order. Ten combinations let a point pass with a probability of 2^-130.
constexpr unsigned COEFFICIENT_BITS = 13, COMBINATIONS = 10;
constexpr std::size_t BUCKETS = std::size_t{1} << COEFFICIENT_BITS;
// Below, the buckets would cost more than the points.
constexpr std::size_t LEAST_FOR_BUCKETS = 1024;

using V = Fq2Vector;

bool is_combination_in_subgroup(const Words& table, std::size_t count) {
  std::vector<std::uint16_t> drawn(count);
  if (!fill_random(drawn.data(), count * sizeof(std::uint16_t)))
    throw Failure{"PROVER_FAILED", "the system gives no random numbers"};
  for (std::uint16_t& bucket : drawn) bucket %= BUCKETS;
  std::vector<std::uint32_t> starts(BUCKETS + 1), places(count);
  for (const std::uint16_t bucket : drawn) starts[bucket + 1]++;
  for (std::size_t bucket = 0; bucket < BUCKETS; bucket++) starts[bucket + 1] += starts[bucket];
  std::vector<std::uint32_t> next(starts.begin(), starts.end() - 1);
  for (std::size_t i = 0; i < count; i++) places[next[drawn[i]]++] = static_cast<std::uint32_t>(2 * i);
  Words buckets(BUCKETS * POINT_WORDS<V>);
  BucketFiller<V> filler;
  constexpr std::size_t RUN = BucketFiller<V>::BUCKETS;
  for (std::size_t first = 0; first < BUCKETS; first += RUN)
    filler.fill(&starts[first], RUN, places.data(), table.data(), &buckets[first * POINT_WORDS<V>]);
  RunningSums<V> adder;
  const auto sums = load_all_points<V>(buckets);
  return is_in_subgroup(weighted_sum(sums.data(), sums.size(), adder).affine());
}

}  // namespace

bool are_in_subgroup(std::span<const G2> points, unsigned threads) {
  std::vector<G2> finite;
  for (const G2& point : points) {
    if (!point.is_infinity()) finite.push_back(point);
  }
  std::atomic<bool> all{true};
  if (finite.size() < LEAST_FOR_BUCKETS) {
    run_tasks(threads, finite.size(), [&](std::size_t i) {
      if (!is_in_subgroup(finite[i])) all = false;
    });
    return all;
  }
  Words table(finite.size() * POINT_WORDS<V>);
  for (std::size_t i = 0; i < finite.size(); i++) {
    V::write(finite[i].x, &table[i * POINT_WORDS<V>]);
    V::write(finite[i].y, &table[i * POINT_WORDS<V>] + V::WORDS);
  }
  run_tasks(threads, COMBINATIONS, [&](std::size_t) {
    if (!is_combination_in_subgroup(table, finite.size())) all = false;
  });
  return all;
}

}  // namespace assay
