// A circuit's quadratic arithmetic program at one point (eprint 2016/260, section 2.3).
#pragma once

#include <vector>

#include "r1cs.hpp"

namespace assay {

// Whoever knows these can prove anything. Those of development keys are published; nothing here hides them.
struct ToxicWaste {
  Fr tau, alpha, beta, gamma, delta;
};

// The discrete logarithms of the points of a proving key, by section of its file.
struct KeyScalars {
  // For each wire u_s(tau); v_s(tau).
  std::vector<Fr> a, b;
  // (beta u_s + alpha v_s + w_s)(tau), over gamma for each public wire, over delta for each other.
  std::vector<Fr> ic, c;
  // For each odd root of unity of the doubled domain its Lagrange polynomial at tau, over delta.
  std::vector<Fr> h;
};

// The same as src/key-scalars.ts of the keys package. Throws Failure MALFORMED_R1CS for more rows than the field has roots of
// unity for, MALFORMED_INPUT for a gamma or delta of zero or a tau among the roots of unity of the doubled domain.
KeyScalars key_scalars(const R1cs& r1cs, const ToxicWaste& waste);

// Log2 of the evaluation domain: the smallest power of two that holds every constraint and a row for each public wire.
unsigned domain_power(const R1cs& r1cs);

}  // namespace assay
