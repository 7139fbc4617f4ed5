// The addon: what each part of the engine registers, and which variant of the arithmetic this build has.
#include "napi.hpp"

namespace assay {

void register_prover(napi_env env, napi_value exports);
void register_setup(napi_env env, napi_value exports);
void register_verifier(napi_env env, napi_value exports);
void register_witness(napi_env env, napi_value exports);

namespace {

#if defined(__AVX512IFMA__)
constexpr const char* ARITHMETIC = "ifma";
#elif defined(__ADX__)
constexpr const char* ARITHMETIC = "adx";
#else
constexpr const char* ARITHMETIC = "portable";
#endif

}  // namespace

}  // namespace assay

NAPI_MODULE_INIT() {
  return assay::napi::guarded(env, [&] {
    assay::napi::set_member(env, exports, "arithmetic", assay::napi::make_text(env, assay::ARITHMETIC));
    assay::register_prover(env, exports);
    assay::register_setup(env, exports);
    assay::register_verifier(env, exports);
    assay::register_witness(env, exports);
    return exports;
  });
}
