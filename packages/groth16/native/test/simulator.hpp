// Keys whose secrets the test knows, and proofs made with them (eprint 2016/260, the simulator of theorem 2).
#pragma once

#include <random>

#include "../square-root.hpp"
#include "../subgroup.hpp"
#include "../verifier.hpp"

namespace assay::test {

using Bytes = std::vector<std::uint8_t>;

class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}
  std::uint64_t word() { return engine_(); }
  std::size_t below(std::size_t bound) { return engine_() % bound; }
  template <class F>
  F field() {
    for (;;) {
      const Limbs limbs{word(), word(), word(), word() >> 2};
      if (less_than(limbs, F::MODULUS)) return F::from_canonical(limbs);
    }
  }

 private:
  std::mt19937_64 engine_;
};

inline Fq decimal(const char* digits) {
  Fq value;
  for (; *digits != 0; digits++) value = value * Fq::from_u64(10) + Fq::from_u64(static_cast<std::uint64_t>(*digits - '0'));
  return value;
}

// EIP-197
inline G2 g2_generator() {
  return {{decimal("10857046999023057135944570762232829481370756359578518086990519993285655852781"),
           decimal("11559732032986387107991004021392285783925812861821192530917403151452391805634")},
          {decimal("8495653923123431417604973247489272438418190587263600148770280649306958101930"),
           decimal("4082367875863433681332203403145435568316851327593401208105741076214120093531")}};
}

inline Fq2 any_fq2(Random& random) { return {random.field<Fq>(), random.field<Fq>()}; }

// A point of the twist, hardly ever of G2.
inline G2 any_twist_point(Random& random) {
  for (;;) {
    G2 point{any_fq2(random), {}};
    if (square_root(point.x.squared() * point.x + twist_coefficient(), point.y)) return point;
  }
}

inline G1 g1(const Fr& scalar) { return G1Jacobian::from(g1_generator()).times(scalar.canonical()).affine(); }
inline G2 g2(const Fr& scalar) { return G2Jacobian::from(g2_generator()).times(scalar.canonical()).affine(); }

inline void append(Bytes& out, const Limbs& value) {
  for (int i = 31; i >= 0; i--) out.push_back(static_cast<std::uint8_t>(value[i / 8] >> (8 * (i % 8))));
}
inline void append(Bytes& out, const Fq& value) { append(out, value.canonical()); }
inline void append(Bytes& out, const G1& point) {
  append(out, point.x);
  append(out, point.y);
}
inline void append(Bytes& out, const G2& point) {
  append(out, point.x.c1);
  append(out, point.x.c0);
  append(out, point.y.c1);
  append(out, point.y.c0);
}

inline bool is_larger(const Fq& y) { return less_than((-y).canonical(), y.canonical()); }
inline bool is_larger(const Fq2& y) { return y.c1.is_zero() ? is_larger(y.c0) : is_larger(y.c1); }

inline Bytes compressed(const Proof& proof) {
  Bytes out;
  append(out, proof.a.x);
  append(out, proof.b.x.c1);
  append(out, proof.b.x.c0);
  append(out, proof.c.x);
  out[0] |= is_larger(proof.a.y) ? 0xc0 : 0x80;
  out[32] |= is_larger(proof.b.y) ? 0xc0 : 0x80;
  out[96] |= is_larger(proof.c.y) ? 0xc0 : 0x80;
  return out;
}

inline Bytes coordinates(const Proof& proof) {
  Bytes out;
  append(out, proof.a);
  append(out, proof.b);
  append(out, proof.c);
  return out;
}

class Simulator {
 public:
  Simulator(Random& random, std::size_t public_signals) : random_(random) {
    for (Fr* secret : {&alpha_, &beta_, &gamma_, &delta_}) *secret = random.field<Fr>();
    for (std::size_t i = 0; i <= public_signals; i++) ic_.push_back(random.field<Fr>());
  }

  Bytes key() const {
    const char* const header = "assay/groth16-bn254-verification-key/v1\n";
    Bytes out(header, header + std::strlen(header));
    const std::size_t count = ic_.size() - 1;
    for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<std::uint8_t>(count >> shift));
    append(out, g1(alpha_));
    for (const Fr& secret : {beta_, gamma_, delta_}) append(out, g2(secret));
    for (const Fr& secret : ic_) append(out, g1(secret * gamma_.inverse()));
    return out;
  }

  std::vector<Fr> signals() {
    std::vector<Fr> out;
    for (std::size_t i = 1; i < ic_.size(); i++) out.push_back(random_.field<Fr>());
    return out;
  }

  // One that verifies; with an `excess`, C is off by that multiple of the generator.
  Proof proof(const std::vector<Fr>& signals, const Fr& excess = Fr::zero()) {
    const Fr a = random_.field<Fr>(), b = random_.field<Fr>();
    Fr rest = a * b - alpha_ * beta_ - ic_[0];
    for (std::size_t i = 0; i < signals.size(); i++) rest = rest - ic_[i + 1] * signals[i];
    return {g1(a), g2(b), g1(rest * delta_.inverse() + excess)};
  }

 private:
  Random& random_;
  Fr alpha_, beta_, gamma_, delta_;
  std::vector<Fr> ic_;
};

inline Bytes encode_signals(const std::vector<Fr>& signals) {
  Bytes out;
  for (const Fr& signal : signals) append(out, signal.canonical());
  return out;
}

}  // namespace assay::test
