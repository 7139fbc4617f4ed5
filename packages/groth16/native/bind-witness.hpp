// For bindings that compute a witness as a part of their work.
#pragma once

#include "napi.hpp"
#include "witness-graph.hpp"

namespace assay {

// The graph of an argument. Throws Failure MALFORMED_INPUT when the value is none.
std::shared_ptr<const WitnessGraph> witness_graph_argument(napi_env env, napi_value value);

}  // namespace assay
