// Verification for JavaScript: see src/native-verifier.ts for the other side.
#include <algorithm>

#include "batch-verifier.hpp"
#include "napi.hpp"

namespace assay {

namespace {

using Bytes = std::vector<std::uint8_t>;
using Key = std::shared_ptr<const VerificationKey>;

constexpr napi_type_tag KEY_TAG{0x3d7c2f0b8a514e96, 0x91e04b6d5c78a2f3};

Key key_argument(napi_env env, napi_value value) {
  return std::static_pointer_cast<const VerificationKey>(napi::handle_argument(env, value, KEY_TAG, "the verification key"));
}

std::span<const std::uint8_t> signals_argument(napi_env env, napi_value value) {
  const auto signals = napi::bytes_argument(env, value, "the public signals");
  if (signals.size() % Fr::BYTES != 0) throw Failure{"MALFORMED_INPUT", "a public signal has 32 bytes"};
  return signals;
}

napi_value prepare(napi_env env, napi_callback_info info) {
  return napi::guarded(env, [&] {
    const auto bytes = napi::bytes_argument(env, napi::arguments(env, info, 1)[0], "the verification key");
    auto key = std::make_shared<VerificationKey>();
    const char* const defect = read_verification_key(bytes.data(), bytes.size(), *key);
    if (defect != nullptr) throw Failure{"MALFORMED_KEY", std::string("cannot read the verification key: ") + defect};
    return napi::make_handle(env, key, KEY_TAG);
  });
}

napi_value verify_one(napi_env env, napi_callback_info info, Claim::Form form) {
  return napi::guarded(env, [&] {
    const auto arguments = napi::arguments(env, info, 3);
    const Key key = key_argument(env, arguments[0]);
    const Claim claim{key.get(), signals_argument(env, arguments[1]), napi::bytes_argument(env, arguments[2], "the proof"), form};
    if (form == Claim::Form::coordinates && claim.proof.size() != PROOF_COORDINATE_BYTES) {
      throw Failure{"MALFORMED_PROOF", "a proof in coordinates has 256 bytes"};
    }
    return napi::make_number(env, static_cast<double>(verify(claim)));
  });
}

napi_value verify_bytes(napi_env env, napi_callback_info info) { return verify_one(env, info, Claim::Form::compressed); }
napi_value verify_coordinates(napi_env env, napi_callback_info info) {
  return verify_one(env, info, Claim::Form::coordinates);
}

// Copies of what a batch is about: JavaScript may change its own while the work runs.
struct BatchInput {
  std::vector<Key> keys;
  std::vector<Bytes> signals, proofs;
  std::vector<Verdict> verdicts;

  std::vector<Claim> claims() const {
    std::vector<Claim> out;
    for (std::size_t i = 0; i < keys.size(); i++) {
      out.push_back({keys[i].get(), signals[i], proofs[i], Claim::Form::compressed});
    }
    return out;
  }
};

std::uint32_t length_of(napi_env env, napi_value array) {
  std::uint32_t length = 0;
  napi::check(env, napi_get_array_length(env, array, &length));
  return length;
}

napi_value element_of(napi_env env, napi_value array, std::uint32_t index) {
  napi_value element = nullptr;
  napi::check(env, napi_get_element(env, array, index, &element));
  return element;
}

std::shared_ptr<BatchInput> batch_argument(napi_env env, const std::vector<napi_value>& arrays) {
  auto input = std::make_shared<BatchInput>();
  const std::uint32_t count = length_of(env, arrays[0]);
  if (length_of(env, arrays[1]) != count || length_of(env, arrays[2]) != count) {
    throw Failure{"MALFORMED_INPUT", "a batch has as many keys, lists of public signals and proofs"};
  }
  for (std::uint32_t i = 0; i < count; i++) {
    input->keys.push_back(key_argument(env, element_of(env, arrays[0], i)));
    const auto signals = signals_argument(env, element_of(env, arrays[1], i));
    const auto proof = napi::bytes_argument(env, element_of(env, arrays[2], i), "a proof");
    input->signals.emplace_back(signals.begin(), signals.end());
    input->proofs.emplace_back(proof.begin(), proof.end());
  }
  return input;
}

unsigned threads_option(napi_env env, napi_value options) {
  const auto threads = napi::member(env, options, "threads");
  if (!threads) return 1;
  return static_cast<unsigned>(std::clamp<std::uint64_t>(napi::number_argument(env, *threads, "threads"), 1, 1024));
}

// verifyProofBatch(keys, signals, proofs, {threads, cancel}): a promise of one verdict a claim, as a Uint8Array.
napi_value start_batch(napi_env env, napi_callback_info info) {
  return napi::guarded(env, [&] {
    const auto arguments = napi::arguments(env, info, 4);
    const auto input = batch_argument(env, arguments);
    const unsigned threads = threads_option(env, arguments[3]);
    napi::Background background;
    background.work = [input, threads](const napi::Cancel& cancel) {
      switch (verify_batch(input->claims(), threads, &cancel, input->verdicts)) {
        case BatchEnd::done:
          return;
        case BatchEnd::cancelled:
          throw Failure{"ABORTED", "the caller cancelled the batch"};
        case BatchEnd::no_randomness:
          throw Failure{"PROVER_FAILED", "the operating system gives no random numbers"};
      }
    };
    background.result = [input](napi_env of) {
      Bytes verdicts;
      for (const Verdict verdict : input->verdicts) verdicts.push_back(static_cast<std::uint8_t>(verdict));
      return napi::make_bytes(of, verdicts);
    };
    background.cancel = napi::member(env, arguments[3], "cancel");
    return napi::in_background(env, std::move(background));
  });
}

}  // namespace

void register_verifier(napi_env env, napi_value exports) {
  napi::set_function(env, exports, "prepareVerificationKey", prepare);
  napi::set_function(env, exports, "verifyProofBytes", verify_bytes);
  napi::set_function(env, exports, "verifyProofCoordinates", verify_coordinates);
  napi::set_function(env, exports, "verifyProofBatch", start_batch);
}

}  // namespace assay
