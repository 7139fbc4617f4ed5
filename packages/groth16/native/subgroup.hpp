// Membership in G2: the points of order r on the twist y^2 = x^3 + 3 / (9 + u).
#pragma once

#include "curve.hpp"

namespace assay {

// 3 / (9 + u)
const Fq2& twist_coefficient();

// y^2 = x^3 + 3 / (9 + u)
bool is_on_curve(const G2& point);

// Frobenius of the curve over Fq12, seen on the twist: it maps points of G2 to their multiples by q.
G2 twisted_frobenius(const G2& point);

// Whether a point of the twist is in G2; infinity is.
bool is_in_subgroup(const G2& point);

}  // namespace assay
