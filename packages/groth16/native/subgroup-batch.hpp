// Membership in G2 of many points together, at a fraction of what one after another costs.
#pragma once

#include <span>

#include "curve.hpp"

namespace assay {

// Whether all of some points of the twist are in G2; infinity is. Wrong, and then about points that are not, with a probability below
// 2^-128, whoever chose them: it draws from the system's random numbers.
//
// Throws Failure PROVER_FAILED where the system has none.
bool are_in_subgroup(std::span<const G2> points, unsigned threads);

}  // namespace assay
