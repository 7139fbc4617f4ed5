#include "batch-verifier.hpp"

#include <algorithm>
#include <map>

#include "parallel.hpp"
#include "random.hpp"

namespace assay {

namespace {

// Claims whose pairings share their squarings, and that are looked at one by one when a sum over them does not fit.
constexpr std::size_t MOST_IN_LEAF = 16;
constexpr std::size_t LEAST_IN_LEAF = 4;

// What claims of one key add up to, each weighted with its coefficient.
struct Sums {
  // The product of the Miller values of (r A, B).
  Fq12 pairings = Fq12::one();
  // The sum of r C.
  G1Jacobian c;
  // The sum of r, as multiple of alpha and again of IC[0], then of r times each public signal.
  std::vector<Fr> scalars;

  void add(const Sums& other) {
    pairings = pairings * other.pairings;
    c = c.plus(other.c);
    for (std::size_t i = 0; i < scalars.size(); i++) scalars[i] = scalars[i] + other.scalars[i];
  }
};

// Some claims of one key.
struct Leaf {
  const VerificationKey* key;
  std::vector<std::size_t> claims;
  Sums sums;
};

// Whether the sums fit: product of e(r A, B) = e(sum of r alpha, beta) e(inputs, gamma) e(sum of r C, delta).
bool fits(const VerificationKey& key, const Sums& sums) {
  std::vector<Limbs> alpha{sums.scalars[0].canonical()};
  std::vector<Limbs> inputs{{0, 0, 0, 0}};
  for (std::size_t i = 1; i < sums.scalars.size(); i++) inputs.push_back(sums.scalars[i].canonical());
  const auto right = to_affine<Fq>({key.bases.sum(alpha), key.bases.sum(inputs), sums.c});
  const Fq12 product = miller_loop({}, {{-right[0], &key.beta}, {-right[1], &key.gamma}, {-right[2], &key.delta}});
  return final_exponentiation(product * sums.pairings) == Fq12::one();
}

class Batch {
 public:
  Batch(const std::vector<Claim>& claims, unsigned threads, const std::atomic<std::int32_t>* cancel,
        std::vector<Verdict>& verdicts)
      : claims_(claims), threads_(threads), cancel_(cancel), verdicts_(verdicts), coefficients_(claims.size()) {}

  BatchEnd run() {
    verdicts_.assign(claims_.size(), Verdict::ok);
    if (!fill_random(coefficients_.data(), coefficients_.size() * sizeof(Coefficient))) return BatchEnd::no_randomness;
    make_leaves();
    run_parallel(threads_, leaves_.size(), [&](std::size_t i) {
      if (!cancelled()) add_up(leaves_[i]);
    });
    for (std::size_t first = 0, end = 0; first < leaves_.size(); first = end) {
      while (end < leaves_.size() && leaves_[end].key == leaves_[first].key) end++;
      bisect(first, end, false);
    }
    run_parallel(threads_, suspects_.size(), [&](std::size_t i) {
      if (!cancelled()) verdicts_[suspects_[i]] = verify(claims_[suspects_[i]]);
    });
    return cancelled() ? BatchEnd::cancelled : BatchEnd::done;
  }

 private:
  const std::vector<Claim>& claims_;
  const unsigned threads_;
  const std::atomic<std::int32_t>* const cancel_;
  std::vector<Verdict>& verdicts_;
  std::vector<Coefficient> coefficients_;
  std::vector<Leaf> leaves_;
  // Claims whose own equation decides.
  std::vector<std::size_t> suspects_;
  std::atomic<bool> stopped_{false};

  // Once true, always true: what was left out then is never taken for done.
  bool cancelled() {
    if (cancel_ != nullptr && cancel_->load(std::memory_order_relaxed) != 0) stopped_ = true;
    return stopped_;
  }

  // Leaves of one key stand side by side. A key with a single claim has none: the claim's own equation costs less.
  void make_leaves() {
    std::map<const VerificationKey*, std::vector<std::size_t>> by_key;
    for (std::size_t i = 0; i < claims_.size(); i++) by_key[claims_[i].key].push_back(i);
    const std::size_t size = std::clamp(claims_.size() / std::max(threads_, 1u), LEAST_IN_LEAF, MOST_IN_LEAF);
    for (const auto& [key, all] : by_key) {
      if (all.size() == 1) {
        suspects_.push_back(all[0]);
        continue;
      }
      for (std::size_t at = 0; at < all.size(); at += size) {
        const std::size_t end = std::min(at + size, all.size());
        leaves_.push_back({key, std::vector<std::size_t>(&all[at], &all[at] + (end - at)), {}});
      }
    }
  }

  // Gives claims that fail before the pairing their verdict, and adds up the others.
  void add_up(Leaf& leaf) {
    std::vector<std::size_t> good;
    std::vector<Proof> proofs;
    leaf.sums.scalars.assign(leaf.key->public_signals + 2, Fr::zero());
    for (const std::size_t claim : leaf.claims) {
      std::vector<Limbs> signals;
      Proof proof;
      verdicts_[claim] = check_claim(claims_[claim], signals, proof);
      if (verdicts_[claim] != Verdict::ok) continue;
      good.push_back(claim);
      proofs.push_back(proof);
      const Fr weight = coefficients_[claim].value();
      auto& scalars = leaf.sums.scalars;
      scalars[0] = scalars[0] + weight;
      scalars[1] = scalars[1] + weight;
      for (std::size_t i = 0; i < signals.size(); i++) {
        scalars[i + 2] = scalars[i + 2] + weight * Fr::from_canonical(signals[i]);
      }
    }
    leaf.claims = std::move(good);
    if (!proofs.empty()) add_points(leaf, proofs);
  }

  void add_points(Leaf& leaf, const std::vector<Proof>& proofs) {
    const std::size_t count = proofs.size();
    std::vector<G1> points;
    std::vector<Coefficient> weights;
    for (const Proof& proof : proofs) points.push_back(proof.a);
    for (const Proof& proof : proofs) points.push_back(proof.c);
    for (const std::size_t claim : leaf.claims) weights.push_back(coefficients_[claim]);
    const std::vector<G1> table = odd_multiples(points);
    std::vector<G1Jacobian> weighted;
    for (std::size_t i = 0; i < count; i++) {
      weighted.push_back(sum_of_multiples(&table[i * ODD_MULTIPLES], &weights[i], 1));
    }
    const std::vector<G1> as = to_affine(weighted);
    std::vector<Pair> pairs;
    for (std::size_t i = 0; i < count; i++) pairs.push_back({as[i], proofs[i].b});
    leaf.sums.pairings = miller_loop(pairs, {});
    leaf.sums.c = sum_of_multiples(&table[count * ODD_MULTIPLES], weights.data(), count);
  }

  // Finds the leaves in [first, end) that do not fit: all of them together do not when `known`. Where the left half fits and
  // both together do not, the right one cannot.
  void bisect(std::size_t first, std::size_t end, bool known) {
    if (cancelled()) return;
    if (!known && together_fit(first, end)) return;
    if (end - first == 1) {
      suspects_.insert(suspects_.end(), leaves_[first].claims.begin(), leaves_[first].claims.end());
      return;
    }
    const std::size_t middle = first + (end - first) / 2;
    const bool left_fits = together_fit(first, middle);
    if (!left_fits) bisect(first, middle, true);
    bisect(middle, end, left_fits);
  }

  bool together_fit(std::size_t first, std::size_t end) {
    Sums sums = leaves_[first].sums;
    for (std::size_t i = first + 1; i < end; i++) sums.add(leaves_[i].sums);
    return fits(*leaves_[first].key, sums);
  }
};

}  // namespace

BatchEnd verify_batch(const std::vector<Claim>& claims, unsigned threads, const std::atomic<std::int32_t>* cancel,
                      std::vector<Verdict>& verdicts) {
  return Batch(claims, threads, cancel, verdicts).run();
}

}  // namespace assay
