// Verification of many proofs with one equation for each key.
#pragma once

#include <atomic>

#include "verifier.hpp"

namespace assay {

// How verify_batch ended.
enum class BatchEnd { done, cancelled, no_randomness };

// Gives each claim the verdict that `verify` gives it, except that proofs which all fail the pairing alone may pass together with
// a probability below 2^-100. Multiplies the equations of section 3 of docs/spec/groth16.md by coefficients of 128 bits that the
// operating system's generator draws for this call. Works on at most `threads` threads, this one included; stops soon after
// `cancel`, where given, is not zero, leaving `verdicts` without meaning.
BatchEnd verify_batch(const std::vector<Claim>& claims, unsigned threads, const std::atomic<std::int32_t>* cancel,
                      std::vector<Verdict>& verdicts);

}  // namespace assay
