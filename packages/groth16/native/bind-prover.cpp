// loadKey, keyInfo and prove: see NativeProver in src/native-prover.ts.
#include <algorithm>

#include "napi.hpp"
#include "prover.hpp"

namespace assay {

namespace {

using namespace napi;

constexpr napi_type_tag KEY_TAG{0x6173736179206b65, 0x792067726f746831};
constexpr std::uint64_t MAX_THREADS = 256;

unsigned threads_option(napi_env env, napi_value options) {
  const auto threads = member(env, options, "threads");
  if (!threads) throw Failure{"MALFORMED_INPUT", "threads is missing"};
  const std::uint64_t value = number_argument(env, *threads, "threads");
  if (value < 1 || value > MAX_THREADS) throw Failure{"MALFORMED_INPUT", "threads is not from 1 to 256"};
  return static_cast<unsigned>(value);
}

bool flag_option(napi_env env, napi_value options, const char* name) {
  const auto given = member(env, options, name);
  bool flag = false;
  if (given && napi_get_value_bool(env, *given, &flag) != napi_ok)
    throw Failure{"MALFORMED_INPUT", std::string{name} + " is not true or false"};
  return flag;
}

napi_value load_key(napi_env env, napi_callback_info info) {
  return guarded(env, [&] {
    const auto given = arguments(env, info, 2);
    const auto zkey = bytes_argument(env, given[0], "zkey");
    const unsigned threads = threads_option(env, given[1]);
    const auto limit = member(env, given[1], "memoryLimitBytes");
    if (!limit) throw Failure{"MALFORMED_INPUT", "memoryLimitBytes is missing"};
    const std::uint64_t memory_limit = number_argument(env, *limit, "memoryLimitBytes");
    const bool recurring = flag_option(env, given[1], "recurring");
    const auto key = std::make_shared<std::shared_ptr<ProvingKey>>();
    Background job;
    job.work = [=](const Cancel&) {
      *key = std::make_shared<ProvingKey>(read_zkey(zkey, threads), memory_limit, threads, recurring);
    };
    job.result = [=](napi_env result_env) { return make_handle(result_env, *key, KEY_TAG); };
    job.kept = {given[0]};
    return in_background(env, std::move(job));
  });
}

std::shared_ptr<const ProvingKey> key_argument(napi_env env, napi_value value) {
  return std::static_pointer_cast<const ProvingKey>(handle_argument(env, value, KEY_TAG, "key"));
}

napi_value key_info(napi_env env, napi_callback_info info) {
  return guarded(env, [&] {
    const auto key = key_argument(env, arguments(env, info, 1)[0]);
    const napi_value object = make_object(env);
    set_member(env, object, "wireCount", make_number(env, key->wire_count()));
    set_member(env, object, "publicCount", make_number(env, key->public_count()));
    set_member(env, object, "domainSize", make_number(env, key->domain_size()));
    set_member(env, object, "memoryBytes", make_number(env, static_cast<double>(key->memory_bytes())));
    return object;
  });
}

void write_coordinate(const Fq& coordinate, std::uint8_t* out) {
  coordinate.write(out);
  std::reverse(out, out + Fq::BYTES);
}

std::vector<std::uint8_t> write_proof(const Proof& proof) {
  std::vector<std::uint8_t> bytes(PROOF_COORDINATE_BYTES);
  const Fq coordinates[] = {proof.a.x,    proof.a.y,    proof.b.x.c1, proof.b.x.c0,
                            proof.b.y.c1, proof.b.y.c0, proof.c.x,    proof.c.y};
  for (std::size_t i = 0; i < PROOF_COORDINATES; i++) write_coordinate(coordinates[i], &bytes[i * Fq::BYTES]);
  return bytes;
}

std::optional<Blinding> blinding_option(napi_env env, napi_value options) {
  const auto value = member(env, options, "blinding");
  if (!value) return std::nullopt;
  const auto bytes = bytes_argument(env, *value, "blinding");
  Blinding blinding;
  if (bytes.size() != 2 * Fr::BYTES || !Fr::read(bytes.data(), blinding.r) || !Fr::read(&bytes[Fr::BYTES], blinding.s))
    throw Failure{"MALFORMED_INPUT", "blinding is not 64 bytes of two scalars"};
  return blinding;
}

napi_value prove(napi_env env, napi_callback_info info) {
  return guarded(env, [&] {
    const auto given = arguments(env, info, 3);
    const auto key = key_argument(env, given[0]);
    const auto witness = bytes_argument(env, given[1], "witness");
    const unsigned threads = threads_option(env, given[2]);
    const auto blinding = blinding_option(env, given[2]);
    const auto proof = std::make_shared<Proof>();
    Background job;
    job.work = [=](const Cancel& cancel) {
      *proof = key->prove(witness, blinding ? *blinding : Blinding::random(), threads, cancel);
    };
    job.result = [=](napi_env result_env) { return make_bytes(result_env, write_proof(*proof)); };
    job.kept = {given[1]};
    job.cancel = member(env, given[2], "cancel");
    return in_background(env, std::move(job));
  });
}

}  // namespace

void register_prover(napi_env env, napi_value exports) {
  set_function(env, exports, "loadKey", load_key);
  set_function(env, exports, "keyInfo", key_info);
  set_function(env, exports, "prove", prove);
}

}  // namespace assay
