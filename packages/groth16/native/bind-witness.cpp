// loadWitnessGraph, evaluateWitnessGraph and computeWitness: see NativeWitness in src/native-witness.ts.
#include "bind-witness.hpp"

namespace assay {

namespace {

using namespace napi;

constexpr napi_type_tag GRAPH_TAG{0x2f61c0d94be87a15, 0x8c3e57f2a1906db4};

napi_value load_graph(napi_env env, napi_callback_info info) {
  return guarded(env, [&] {
    const auto file = bytes_argument(env, arguments(env, info, 1)[0], "the witness graph");
    return make_handle(env, std::make_shared<WitnessGraph>(file), GRAPH_TAG);
  });
}

// The number of the requirement that failed, or undefined.
napi_value make_failed(napi_env env, std::optional<std::uint32_t> failed) {
  if (failed) return make_number(env, *failed);
  napi_value undefined = nullptr;
  check(env, napi_get_undefined(env, &undefined));
  return undefined;
}

napi_value evaluate(napi_env env, napi_callback_info info) {
  return guarded(env, [&] {
    const auto given = arguments(env, info, 3);
    const auto graph = witness_graph_argument(env, given[0]);
    const auto inputs = bytes_argument(env, given[1], "the inputs");
    return make_failed(env, graph->evaluate(inputs, bytes_argument(env, given[2], "the wires")));
  });
}

napi_value compute(napi_env env, napi_callback_info info) {
  return guarded(env, [&] {
    struct Values {
      WipedVector<std::uint8_t> inputs, wires;
      std::optional<std::uint32_t> failed;
    };
    const auto given = arguments(env, info, 2);
    const auto graph = witness_graph_argument(env, given[0]);
    const auto inputs = bytes_argument(env, given[1], "the inputs");
    const auto values = std::make_shared<Values>();
    // A copy: JavaScript may change its own while the work runs.
    values->inputs.assign(inputs.begin(), inputs.end());
    Background job;
    job.work = [=](const Cancel&) {
      values->wires.resize(Fr::BYTES * graph->wire_count());
      values->failed = graph->evaluate(values->inputs, values->wires);
    };
    job.result = [=](napi_env of) {
      return values->failed ? make_failed(of, values->failed) : make_bytes(of, values->wires);
    };
    return in_background(env, std::move(job));
  });
}

}  // namespace

std::shared_ptr<const WitnessGraph> witness_graph_argument(napi_env env, napi_value value) {
  return std::static_pointer_cast<const WitnessGraph>(handle_argument(env, value, GRAPH_TAG, "the witness graph"));
}

void register_witness(napi_env env, napi_value exports) {
  set_function(env, exports, "loadWitnessGraph", load_graph);
  set_function(env, exports, "evaluateWitnessGraph", evaluate);
  set_function(env, exports, "computeWitness", compute);
}

}  // namespace assay
