// computeProvingKey of src/native-setup.ts.
#include <algorithm>

#include "napi.hpp"
#include "setup.hpp"

namespace assay {

namespace {

constexpr std::uint64_t MOST_THREADS = 256;

ToxicWaste read_waste(std::span<const std::uint8_t> bytes) {
  ToxicWaste waste;
  Fr* const secrets[] = {&waste.tau, &waste.alpha, &waste.beta, &waste.gamma, &waste.delta};
  if (bytes.size() != std::size(secrets) * Fr::BYTES) throw Failure{"MALFORMED_INPUT", "the secrets are not 160 bytes"};
  for (Fr* secret : secrets) {
    if (!Fr::read(bytes.data(), *secret)) throw Failure{"MALFORMED_INPUT", "a secret is not below the field order"};
    bytes = bytes.subspan(Fr::BYTES);
  }
  return waste;
}

CircuitHash read_hash(std::span<const std::uint8_t> bytes) {
  CircuitHash hash{};
  if (bytes.size() > hash.size()) throw Failure{"MALFORMED_INPUT", "the hash of the circuit is longer than 64 bytes"};
  std::copy(bytes.begin(), bytes.end(), hash.begin());
  return hash;
}

struct Setup {
  std::span<const std::uint8_t> r1cs;
  ToxicWaste waste;
  CircuitHash circuit_hash;
  unsigned threads = 1;
  std::atomic<std::uint64_t> points{0};
  std::vector<std::uint8_t> key;
};

napi_value compute(napi_env env, napi_callback_info info) {
  return napi::guarded(env, [&] {
    const auto arguments = napi::arguments(env, info, 4);
    const auto setup = std::make_shared<Setup>();
    setup->r1cs = napi::bytes_argument(env, arguments[0], "the R1CS");
    setup->waste = read_waste(napi::bytes_argument(env, arguments[1], "the list of secrets"));
    setup->circuit_hash = read_hash(napi::bytes_argument(env, arguments[2], "the hash of the circuit"));
    if (const auto threads = napi::member(env, arguments[3], "threads")) {
      setup->threads = static_cast<unsigned>(std::min(napi::number_argument(env, *threads, "threads"), MOST_THREADS));
    }
    napi::Background background;
    background.work = [setup](const napi::Cancel& cancel) {
      setup->key = compute_proving_key(parse_r1cs(setup->r1cs), setup->waste, setup->circuit_hash, setup->threads,
                                       {cancel, setup->points});
    };
    background.result = [setup](napi_env inner) { return napi::make_bytes(inner, setup->key); };
    background.kept = {arguments[0]};
    background.cancel = napi::member(env, arguments[3], "cancel");
    background.progress_callback = napi::member(env, arguments[3], "onPoints");
    if (background.progress_callback && !napi::is_function(env, *background.progress_callback)) {
      throw Failure{"MALFORMED_INPUT", "onPoints is no function"};
    }
    background.progress = [setup] { return static_cast<double>(setup->points); };
    return napi::in_background(env, std::move(background));
  });
}

}  // namespace

void register_setup(napi_env env, napi_value exports) { napi::set_function(env, exports, "computeProvingKey", compute); }

}  // namespace assay
