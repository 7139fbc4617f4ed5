// The vectors that this build computes with: eight lanes where the processor has AVX-512 IFMA, one element elsewhere.
#pragma once

#include "lanes.hpp"
#include "quadratic.hpp"
#include "single.hpp"

namespace assay {

#if defined(__AVX512IFMA__)
using FqVector = Lanes<FqModulus>;
using FrVector = Lanes<FrModulus>;
#else
using FqVector = Single<FqModulus>;
using FrVector = Single<FrModulus>;
#endif
using Fq2Vector = Quadratic<FqVector>;

}  // namespace assay
