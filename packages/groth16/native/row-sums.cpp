#include "row-sums.hpp"

#include <algorithm>
#include <unordered_map>

#include "tasks.hpp"

namespace assay {

// The rows that have terms, longest first and equal ones together.
template <class V>
class RowSums<V>::Rows {
 public:
  struct Row {
    std::uint32_t begin, end, target;
    std::uint32_t length() const { return end - begin; }
  };

  Rows(std::span<const Matrix* const> matrices, std::vector<Limbs>& coefficients) {
    struct Hash {
      std::size_t operator()(const Limbs& x) const { return x[0] ^ x[1] ^ x[2] ^ x[3]; }
    };
    std::unordered_map<Limbs, std::uint32_t, Hash> numbers;
    std::uint32_t target = 0;
    for (const Matrix* matrix : matrices) {
      for (std::size_t row = 0; row + 1 < matrix->starts.size(); row++, target++) {
        const auto begin = static_cast<std::uint32_t>(terms_.size());
        for (std::uint32_t i = matrix->starts[row]; i < matrix->starts[row + 1]; i++) {
          const Fr& coefficient = matrix->coefficients[i];
          const auto [place, is_new] = numbers.try_emplace(coefficient.limbs, static_cast<std::uint32_t>(coefficients.size()));
          if (is_new) coefficients.push_back(times_square(coefficient));
          terms_.push_back({matrix->wires[i], place->second});
        }
        std::sort(terms_.begin() + begin, terms_.end());
        if (begin != terms_.size()) rows_.push_back({begin, static_cast<std::uint32_t>(terms_.size()), target});
      }
    }
    std::sort(rows_.begin(), rows_.end(), [&](const Row& a, const Row& b) {
      if (a.length() != b.length()) return a.length() > b.length();
      return std::lexicographical_compare(terms(a).begin(), terms(a).end(), terms(b).begin(), terms(b).end());
    });
  }

  const std::vector<Row>& all() const { return rows_; }
  std::span<const Term> terms(const Row& row) const { return std::span{terms_}.subspan(row.begin, row.length()); }
  bool same(const Row& a, const Row& b) const { return std::ranges::equal(terms(a), terms(b)); }

 private:
  static Limbs times_square(const Fr& x) {
    std::uint64_t words[V::WORDS];
    V::write(x, words);
    V::write(Fr::from_canonical({words[0], words[1], words[2], words[3]}), words);
    return {words[0], words[1], words[2], words[3]};
  }

  std::vector<Term> terms_;
  std::vector<Row> rows_;
};

template <class V>
RowSums<V>::RowSums(std::span<const Matrix* const> matrices) : coefficients_(1) {
  for (const Matrix* matrix : matrices) row_count_ += matrix->starts.size() - 1;
  const Rows rows{matrices, coefficients_};
  std::size_t lane = V::WIDTH;
  for (auto row = rows.all().begin(); row != rows.all().end();) {
    const auto terms = rows.terms(*row);
    if (lane == V::WIDTH) {
      lane = 0;
      groups_.push_back({static_cast<std::uint32_t>(terms_.size() / V::WIDTH), static_cast<std::uint32_t>(terms.size())});
      terms_.resize(terms_.size() + terms.size() * V::WIDTH);
    }
    for (std::size_t t = 0; t < terms.size(); t++) terms_[(groups_.back().first + t) * V::WIDTH + lane] = terms[t];
    target_starts_.push_back(static_cast<std::uint32_t>(targets_.size()));
    const auto first = row;
    for (; row != rows.all().end() && rows.same(*first, *row); row++) targets_.push_back(row->target);
    lane++;
  }
  target_starts_.resize(groups_.size() * V::WIDTH + 1, static_cast<std::uint32_t>(targets_.size()));
  terms_.shrink_to_fit();
}

template <class V>
void RowSums<V>::sum(std::size_t group, const WipedVector<Limbs>& witness, WipedVector<Limbs>& out) const {
  const auto [first, length] = groups_[group];
  const Term* terms = &terms_[first * V::WIDTH];
  ProductTotal<V> total;
  for (std::uint32_t t = 0; t < length; t++, terms += V::WIDTH) {
    const std::uint64_t *values[V::WIDTH], *coefficients[V::WIDTH];
    for (std::size_t lane = 0; lane < V::WIDTH; lane++) {
      values[lane] = witness[terms[lane].wire].data();
      coefficients[lane] = coefficients_[terms[lane].coefficient].data();
    }
    total.add(V::load(values, 0), V::load(coefficients, 0));
  }
  Limbs sums[V::WIDTH];
  std::uint64_t* at[V::WIDTH];
  for (std::size_t lane = 0; lane < V::WIDTH; lane++) at[lane] = sums[lane].data();
  total.value().store(at, 0);
  for (std::size_t lane = 0; lane < V::WIDTH; lane++) {
    const std::uint32_t* starts = &target_starts_[group * V::WIDTH + lane];
    for (std::uint32_t i = starts[0]; i < starts[1]; i++) out[targets_[i]] = sums[lane];
  }
}

template <class V>
WipedVector<Limbs> RowSums<V>::values(const WipedVector<Limbs>& witness, unsigned threads) const {
  WipedVector<Limbs> out(row_count_);
  constexpr std::size_t CHUNK = 512 / V::WIDTH;
  run_tasks(threads, (groups_.size() + CHUNK - 1) / CHUNK, [&](std::size_t chunk) {
    for (std::size_t group = chunk * CHUNK; group < std::min(groups_.size(), (chunk + 1) * CHUNK); group++) sum(group, witness, out);
  });
  return out;
}

template <class V>
std::size_t RowSums<V>::memory_bytes() const {
  return coefficients_.size() * sizeof(Limbs) + terms_.size() * sizeof(Term) + groups_.size() * sizeof(Group) +
         (target_starts_.size() + targets_.size()) * sizeof(std::uint32_t);
}

template class RowSums<FrVector>;
#if defined(__AVX512IFMA__)
template class RowSums<Single<FrModulus>>;
#endif

}  // namespace assay
