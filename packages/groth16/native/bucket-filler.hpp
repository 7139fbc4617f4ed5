// Pippenger's buckets: the sums of many points each.
#pragma once

#include <span>

#include "affine-points.hpp"

namespace assay {

// Points of a table, a group of lanes at a time. Places are twice a point's number, and one more where it is to be subtracted.
template <class V>
struct TableTerms {
  const std::uint64_t* table;
  const std::uint32_t* places;
  // Lanes of the last group that have no point.
  std::size_t last_group;
  typename V::Mask last_missing;
  // Of the points that are added after these.
  std::span<const std::uint32_t> next_places;

  const std::uint64_t* point(std::size_t i) const { return table + std::size_t{places[i] / 2} * POINT_WORDS<V>; }
  // Into the second-level cache, one of the parts that the lines of a group come in. The compiler leaves calls out that do nothing else,
  // unless they are inline.
  [[gnu::always_inline]] void prefetch_next(std::size_t group, std::size_t part) const {
    const std::size_t first = group * V::WIDTH + part * V::WIDTH / PREFETCH_PARTS;
    const std::size_t last = group * V::WIDTH + (part + 1) * V::WIDTH / PREFETCH_PARTS;
    for (std::size_t i = first; i < std::min(last, next_places.size()); i++) {
      const std::uint64_t* words = table + std::size_t{next_places[i] / 2} * POINT_WORDS<V>;
      for (std::size_t word = 0; word < POINT_WORDS<V>; word += 8) __builtin_prefetch(words + word, 0, 2);
    }
  }
  V x(std::size_t group) const { return load(group, 0); }
  V y(std::size_t group) const { return load(group, V::WORDS); }
  typename V::Mask negative(std::size_t group) const {
    unsigned mask = 0;
    for (std::size_t lane = 0; lane < V::WIDTH; lane++) mask |= (places[group * V::WIDTH + lane] % 2) << lane;
    return static_cast<typename V::Mask>(mask);
  }
  typename V::Mask infinite(std::size_t group) const { return group == last_group ? last_missing : 0; }

 private:
  V load(std::size_t group, std::size_t word) const {
    const std::uint64_t* at[V::WIDTH];
    for (std::size_t lane = 0; lane < V::WIDTH; lane++) at[lane] = point(group * V::WIDTH + lane);
    return V::load(at, word);
  }
};

// Fills some buckets together: each in turn gets one more of its points.
template <class V>
class BucketFiller {
 public:
  // Buckets for one call: their sums stay in the second-level cache.
  static constexpr std::size_t BUCKETS = V::WIDTH == 1 ? 1024 : 2048;

  // Bucket b has the points of the table whose places stand from starts[b] to starts[b + 1]; none of them is infinity. `buckets`
  // gets the sums, where they are not infinity: it is all zeros before.
  void fill(const std::uint32_t* starts, std::size_t count, const std::uint32_t* places, const std::uint64_t* table,
            std::uint64_t* buckets) {
    std::vector<Run> runs;
    for (std::size_t bucket = 0; bucket < count; bucket++) {
      if (starts[bucket] != starts[bucket + 1]) runs.push_back({starts[bucket], starts[bucket + 1], buckets + bucket * POINT_WORDS<V>});
    }
    Words parts;
    std::vector<std::uint32_t> part_places;
    while (!runs.empty()) {
      // Buckets of digits that short scalars have get far more points than others. Those are cut into parts, and the parts are points
      // for the next turn.
      const std::uint32_t longest = longest_part(runs);
      std::uint32_t part_count = 0;
      for (const Run& run : runs) part_count += run.parts(longest);
      Words sums(part_count * POINT_WORDS<V>);
      std::vector<Run> cut;
      std::uint64_t* part = sums.data();
      for (const Run& run : runs) {
        if (run.parts(longest) == 0) cut.push_back(run);
        for (std::uint32_t i = 0; i < run.parts(longest); i++, part += POINT_WORDS<V>) {
          const std::uint32_t begin = run.begin + i * longest;
          cut.push_back({begin, std::min(begin + longest, run.end), part});
        }
      }
      sum_up(longest_first(cut, longest), places, table);
      parts = std::move(sums);
      runs = runs_of_parts(runs, longest, parts, part_places);
      table = parts.data();
      places = part_places.data();
    }
  }

 private:
  // Places whose points belong together, and where their sum goes.
  struct Run {
    std::uint32_t begin, end;
    std::uint64_t* target;
    std::uint32_t size() const { return end - begin; }
    // None for a run that is short enough.
    std::uint32_t parts(std::uint32_t longest) const { return size() <= longest ? 0 : (size() + longest - 1) / longest; }
  };

  // So that there are about as many parts as there may be buckets, whatever the number of those.
  static std::uint32_t longest_part(const std::vector<Run>& runs) {
    std::size_t points = 0;
    for (const Run& run : runs) points += run.size();
    return static_cast<std::uint32_t>(std::max<std::size_t>(4, 2 * points / BUCKETS));
  }

  // The parts of each run that was cut, but those that are infinity.
  static std::vector<Run> runs_of_parts(const std::vector<Run>& runs, std::uint32_t longest, const Words& parts,
                                        std::vector<std::uint32_t>& places) {
    places.clear();
    std::vector<Run> next;
    std::uint32_t part = 0;
    for (const Run& run : runs) {
      const auto begin = static_cast<std::uint32_t>(places.size());
      for (std::uint32_t i = 0; i < run.parts(longest); i++, part++) {
        const auto words = std::span{parts}.subspan(part * POINT_WORDS<V>, POINT_WORDS<V>);
        const bool is_infinite = std::all_of(words.begin(), words.end(), [](std::uint64_t word) { return word == 0; });
        if (!is_infinite) places.push_back(2 * part);
      }
      const auto end = static_cast<std::uint32_t>(places.size());
      if (begin != end) next.push_back({begin, end, run.target});
    }
    return next;
  }

  static std::vector<Run> longest_first(const std::vector<Run>& runs, std::uint32_t longest) {
    std::vector<std::uint32_t> next(longest + 2);
    for (const Run& run : runs) next[longest - run.size() + 1]++;
    for (std::uint32_t i = 0; i < longest; i++) next[i + 1] += next[i];
    std::vector<Run> sorted(runs.size());
    for (const Run& run : runs) sorted[next[longest - run.size()]++] = run;
    return sorted;
  }

  static std::size_t groups_of(std::size_t lanes) { return (lanes + V::WIDTH - 1) / V::WIDTH; }

  void sum_up(const std::vector<Run>& runs, const std::uint32_t* places, const std::uint64_t* table) {
    places_.resize(groups_of(runs.size()) * V::WIDTH);
    next_places_.resize(places_.size());
    std::size_t active = runs.size();
    for (std::size_t i = 0; i < active; i++) places_[i] = places[runs[i].begin];
    for (std::uint32_t turn = 0; active > 0; turn++) {
      const std::size_t groups = groups_of(active);
      for (std::size_t i = active; i < groups * V::WIDTH; i++) places_[i] = places_[active - 1];
      const unsigned last_lanes = (1u << (active - (groups - 1) * V::WIDTH)) - 1;
      while (active > 0 && runs[active - 1].size() <= turn + 1) active--;
      for (std::size_t i = 0; i < active; i++) next_places_[i] = places[runs[i].begin + turn + 1];
      const TableTerms<V> terms{table, places_.data(), groups - 1, static_cast<typename V::Mask>(V::ALL ^ last_lanes),
                                {next_places_.data(), active}};
      if (turn == 0) {
        sums_.clear();
        for (std::size_t group = 0; group < groups; group++) {
          for (std::size_t part = 0; part < PREFETCH_PARTS; part++) terms.prefetch_next(group, part);
          sums_.push_back(PointSums<V>::from(terms.x(group), terms.y(group), terms.negative(group), terms.infinite(group)));
        }
      } else {
        adder_.add(sums_.data(), groups, terms);
      }
      std::swap(places_, next_places_);
    }
    std::uint64_t unused[POINT_WORDS<V>];
    for (std::size_t group = 0; group < sums_.size(); group++) {
      std::uint64_t* at[V::WIDTH];
      for (std::size_t lane = 0; lane < V::WIDTH; lane++) {
        const std::size_t i = group * V::WIDTH + lane;
        at[lane] = i < runs.size() ? runs[i].target : unused;
      }
      store_points(sums_[group], at);
    }
  }

  RunningSums<V> adder_;
  PointSumsVector<V> sums_;
  WipedVector<std::uint32_t> places_, next_places_;
};

}  // namespace assay
