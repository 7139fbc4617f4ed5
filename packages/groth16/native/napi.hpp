// What the bindings share: arguments, results, errors, and work away from the main thread. Include it in bind-*.cpp alone.
#pragma once

#include <node_api.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "failure.hpp"

namespace assay::napi {

// A JavaScript exception is pending: thrown to leave C++, caught by `guarded`.
struct Pending {};

// Throws Pending when a call of Node-API failed.
void check(napi_env env, napi_status status);

// What a C++ exception says, as the code and message of a Failure. Call it in a catch clause.
Failure current_failure();
// The JavaScript error of a failure, with its code.
napi_value make_error(napi_env env, const Failure& failure);
// Throws Failure MALFORMED_INPUT: `what` is no `wanted`.
[[noreturn]] void refuse(const char* what, const char* wanted);

// Runs a binding's body. Whatever it throws becomes a JavaScript error with the member `code`; the result is then undefined.
napi_value guarded(napi_env env, const std::function<napi_value()>& body) noexcept;

// The arguments of a call; those that were not given are undefined.
std::vector<napi_value> arguments(napi_env env, napi_callback_info info, std::size_t count);

// The bytes of a Uint8Array, which live as long as it does. Throws Failure MALFORMED_INPUT naming `what` for anything else.
std::span<std::uint8_t> bytes_argument(napi_env env, napi_value value, const char* what);
// A whole number from 0 to 2^53 - 1. Throws Failure MALFORMED_INPUT.
std::uint64_t number_argument(napi_env env, napi_value value, const char* what);
// A string. Throws Failure MALFORMED_INPUT.
std::string text_argument(napi_env env, napi_value value, const char* what);
// A member of an object, unless it is undefined or the object is.
std::optional<napi_value> member(napi_env env, napi_value object, const char* name);
bool is_function(napi_env env, napi_value value);

// A Uint8Array with a copy of the bytes.
napi_value make_bytes(napi_env env, std::span<const std::uint8_t> bytes);
napi_value make_number(napi_env env, double value);
napi_value make_text(napi_env env, const std::string& value);
napi_value make_object(napi_env env);
void set_member(napi_env env, napi_value object, const char* name, napi_value value);
void set_function(napi_env env, napi_value object, const char* name, napi_callback function);

// An opaque JavaScript value that holds a C++ object. `tag` tells kinds of objects apart.
napi_value make_handle(napi_env env, std::shared_ptr<void> object, const napi_type_tag& tag);
// Throws Failure MALFORMED_INPUT when the value is no handle of this kind.
std::shared_ptr<void> handle_argument(napi_env env, napi_value value, const napi_type_tag& tag, const char* what);

// Not zero once the work is to stop, because the caller says so or the process ends.
using Cancel = std::atomic<std::int32_t>;

// One piece of work away from the main thread, on a thread of its own.
struct Background {
  // Runs on that thread; may throw Failure or what the standard library throws.
  std::function<void(const Cancel& cancel)> work;
  // Runs on the main thread when the work is done, and makes what the promise gives.
  std::function<napi_value(napi_env)> result;
  // JavaScript values whose memory the work reads or writes; they stay alive until it is done.
  std::vector<napi_value> kept;
  // An Int32Array of one element: JavaScript sets it to something else than zero to have the work stop.
  std::optional<napi_value> cancel;
  // Called on the main thread, at most once in `progress_every_ms`, while the work runs, and once at its end.
  std::optional<napi_value> progress_callback;
  std::function<double()> progress;
};

// Starts it. The promise rejects with an error that has a `code`, as `guarded` makes them. When the environment ends first, the
// work is told to stop and waited for.
napi_value in_background(napi_env env, Background background);

}  // namespace assay::napi
