#include "napi.hpp"

#include <cmath>
#include <cstring>
#include <new>
#include <system_error>

namespace assay::napi {

Failure current_failure() {
  try {
    throw;
  } catch (const Failure& failure) {
    return failure;
  } catch (const std::bad_alloc&) {
    return {"PROVER_FAILED", "there is not enough memory"};
  } catch (const std::system_error&) {
    return {"PROVER_FAILED", "the system gives no more threads"};
  } catch (...) {
    return {"PROVER_FAILED", "an error without a description"};
  }
}

napi_value make_error(napi_env env, const Failure& failure) {
  napi_value error = nullptr;
  check(env, napi_create_error(env, make_text(env, failure.code), make_text(env, failure.message), &error));
  return error;
}

[[noreturn]] void refuse(const char* what, const char* wanted) {
  throw Failure{"MALFORMED_INPUT", std::string{what} + " is no " + wanted};
}

void check(napi_env env, napi_status status) {
  if (status == napi_ok) return;
  bool pending = false;
  napi_is_exception_pending(env, &pending);
  if (!pending) napi_throw_error(env, "PROVER_FAILED", "a call of Node-API failed");
  throw Pending{};
}

napi_value guarded(napi_env env, const std::function<napi_value()>& body) noexcept {
  try {
    return body();
  } catch (const Pending&) {
  } catch (...) {
    const Failure failure = current_failure();
    napi_throw_error(env, failure.code, failure.message.c_str());
  }
  return nullptr;
}

std::vector<napi_value> arguments(napi_env env, napi_callback_info info, std::size_t count) {
  std::vector<napi_value> values(count);
  check(env, napi_get_cb_info(env, info, &count, values.data(), nullptr, nullptr));
  return values;
}

std::span<std::uint8_t> bytes_argument(napi_env env, napi_value value, const char* what) {
  bool is_array = false;
  check(env, napi_is_typedarray(env, value, &is_array));
  if (!is_array) refuse(what, "Uint8Array");
  napi_typedarray_type type;
  std::size_t length = 0;
  void* data = nullptr;
  check(env, napi_get_typedarray_info(env, value, &type, &length, &data, nullptr, nullptr));
  if (type != napi_uint8_array) refuse(what, "Uint8Array");
  return {static_cast<std::uint8_t*>(data), length};
}

std::uint64_t number_argument(napi_env env, napi_value value, const char* what) {
  double number = 0;
  if (napi_get_value_double(env, value, &number) != napi_ok || !(number >= 0 && number <= 0x1fffffffffffff) ||
      number != std::floor(number)) {
    refuse(what, "whole number");
  }
  return static_cast<std::uint64_t>(number);
}

std::string text_argument(napi_env env, napi_value value, const char* what) {
  std::size_t length = 0;
  if (napi_get_value_string_utf8(env, value, nullptr, 0, &length) != napi_ok) refuse(what, "string");
  std::string text(length, '\0');
  check(env, napi_get_value_string_utf8(env, value, text.data(), length + 1, &length));
  return text;
}

std::optional<napi_value> member(napi_env env, napi_value object, const char* name) {
  napi_valuetype type;
  check(env, napi_typeof(env, object, &type));
  if (type != napi_object) return std::nullopt;
  napi_value value = nullptr;
  check(env, napi_get_named_property(env, object, name, &value));
  check(env, napi_typeof(env, value, &type));
  return type == napi_undefined ? std::nullopt : std::optional{value};
}

bool is_function(napi_env env, napi_value value) {
  napi_valuetype type;
  check(env, napi_typeof(env, value, &type));
  return type == napi_function;
}

napi_value make_bytes(napi_env env, std::span<const std::uint8_t> bytes) {
  void* data = nullptr;
  napi_value buffer = nullptr, array = nullptr;
  check(env, napi_create_arraybuffer(env, bytes.size(), &data, &buffer));
  if (!bytes.empty()) std::memcpy(data, bytes.data(), bytes.size());
  check(env, napi_create_typedarray(env, napi_uint8_array, bytes.size(), buffer, 0, &array));
  return array;
}

napi_value make_number(napi_env env, double value) {
  napi_value number = nullptr;
  check(env, napi_create_double(env, value, &number));
  return number;
}

napi_value make_text(napi_env env, const std::string& value) {
  napi_value text = nullptr;
  check(env, napi_create_string_utf8(env, value.data(), value.size(), &text));
  return text;
}

napi_value make_object(napi_env env) {
  napi_value object = nullptr;
  check(env, napi_create_object(env, &object));
  return object;
}

void set_member(napi_env env, napi_value object, const char* name, napi_value value) {
  check(env, napi_set_named_property(env, object, name, value));
}

void set_function(napi_env env, napi_value object, const char* name, napi_callback function) {
  napi_value value = nullptr;
  check(env, napi_create_function(env, name, NAPI_AUTO_LENGTH, function, nullptr, &value));
  set_member(env, object, name, value);
}

napi_value make_handle(napi_env env, std::shared_ptr<void> object, const napi_type_tag& tag) {
  auto* held = new std::shared_ptr<void>{std::move(object)};
  const auto release = [](napi_env, void* data, void*) { delete static_cast<std::shared_ptr<void>*>(data); };
  napi_value handle = nullptr;
  check(env, napi_create_external(env, held, release, nullptr, &handle));
  check(env, napi_type_tag_object(env, handle, &tag));
  return handle;
}

std::shared_ptr<void> handle_argument(napi_env env, napi_value value, const napi_type_tag& tag, const char* what) {
  napi_valuetype type;
  check(env, napi_typeof(env, value, &type));
  bool matches = false;
  if (type == napi_external) check(env, napi_check_object_type_tag(env, value, &tag, &matches));
  if (!matches) refuse(what, "handle of its kind");
  void* data = nullptr;
  check(env, napi_get_value_external(env, value, &data));
  return *static_cast<std::shared_ptr<void>*>(data);
}

}  // namespace assay::napi
