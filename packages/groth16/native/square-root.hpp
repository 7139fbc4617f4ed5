// Square roots in Fq and Fq2.
#pragma once

#include "fq2.hpp"

namespace assay {

// One root of `a`, or false when it has none.
bool square_root(const Fq& a, Fq& root);
bool square_root(const Fq2& a, Fq2& root);

}  // namespace assay
