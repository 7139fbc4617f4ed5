#include "napi.hpp"

#include <chrono>
#include <condition_variable>
#include <cmath>
#include <cstring>
#include <mutex>
#include <new>
#include <set>
#include <system_error>
#include <thread>

namespace assay::napi {

namespace {

constexpr auto PROGRESS_EVERY = std::chrono::milliseconds{100};

// What a C++ exception says, as the code and message of a Failure. Call it in a catch clause.
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

struct Job;

// The jobs of one environment; it ends them when it ends.
struct Jobs {
  std::set<Job*> running;
};

struct Job {
  Background background;
  std::optional<Failure> failure;
  Cancel own_cancel{0};
  Cancel* cancel = &own_cancel;
  napi_deferred deferred = nullptr;
  napi_threadsafe_function wake = nullptr;
  std::vector<napi_ref> references;
  napi_ref progress_reference = nullptr;
  std::thread worker, ticker;
  std::mutex mutex;
  std::condition_variable changed;
  bool done = false;
  Jobs* jobs = nullptr;

  void run() {
    try {
      background.work(*cancel);
    } catch (...) {
      failure = current_failure();
    }
    {
      const std::lock_guard lock{mutex};
      done = true;
    }
    changed.notify_all();
    napi_call_threadsafe_function(wake, this, napi_tsfn_nonblocking);
    napi_release_threadsafe_function(wake, napi_tsfn_release);
  }

  // Wakes the main thread now and then so that it tells the progress.
  void tick() {
    std::unique_lock lock{mutex};
    while (!changed.wait_for(lock, PROGRESS_EVERY, [&] { return done; })) {
      napi_call_threadsafe_function(wake, nullptr, napi_tsfn_nonblocking);
    }
    napi_release_threadsafe_function(wake, napi_tsfn_release);
  }

  void join() {
    if (worker.joinable()) worker.join();
    if (ticker.joinable()) ticker.join();
  }
};

void tell_progress(napi_env env, Job& job) {
  if (job.progress_reference == nullptr) return;
  napi_value callback = nullptr, undefined = nullptr, ignored = nullptr;
  check(env, napi_get_reference_value(env, job.progress_reference, &callback));
  check(env, napi_get_undefined(env, &undefined));
  napi_value value = make_number(env, job.background.progress());
  check(env, napi_call_function(env, undefined, callback, 1, &value, &ignored));
}

void settle(napi_env env, Job& job) {
  job.join();
  job.jobs->running.erase(&job);
  if (!job.failure) {
    napi_value result = nullptr;
    try {
      tell_progress(env, job);
      result = job.background.result(env);
    } catch (const Pending&) {
      napi_value error = nullptr;
      napi_get_and_clear_last_exception(env, &error);
      napi_reject_deferred(env, job.deferred, error);
    } catch (...) {
      job.failure = current_failure();
    }
    if (result != nullptr) napi_resolve_deferred(env, job.deferred, result);
  }
  if (job.failure) napi_reject_deferred(env, job.deferred, make_error(env, *job.failure));
  for (napi_ref reference : job.references) napi_delete_reference(env, reference);
}

// On the main thread; without an environment when that has ended.
void on_wake(napi_env env, napi_value, void* context, void* finished) {
  if (env == nullptr) return;
  Job& job = *static_cast<Job*>(context);
  try {
    if (finished != nullptr) {
      settle(env, job);
    } else {
      tell_progress(env, job);
    }
  } catch (const Pending&) {
    // The exception goes where those of callbacks go: to the process.
  }
}

void on_finalize(napi_env, void* context, void*) {
  Job* job = static_cast<Job*>(context);
  job->join();
  delete job;
}

void on_environment_end(void* data) {
  Jobs* jobs = static_cast<Jobs*>(data);
  for (Job* job : jobs->running) job->cancel->store(1);
  for (Job* job : jobs->running) job->join();
  delete jobs;
}

Jobs* jobs_of(napi_env env) {
  void* data = nullptr;
  check(env, napi_get_instance_data(env, &data));
  if (data == nullptr) {
    data = new Jobs;
    check(env, napi_set_instance_data(env, data, nullptr, nullptr));
    check(env, napi_add_env_cleanup_hook(env, on_environment_end, data));
  }
  return static_cast<Jobs*>(data);
}

Cancel* cancel_memory(napi_env env, napi_value value) {
  bool is_array = false;
  check(env, napi_is_typedarray(env, value, &is_array));
  if (!is_array) refuse("cancel", "Int32Array");
  napi_typedarray_type type;
  std::size_t length = 0;
  void* data = nullptr;
  check(env, napi_get_typedarray_info(env, value, &type, &length, &data, nullptr, nullptr));
  if (type != napi_int32_array || length != 1) refuse("cancel", "Int32Array of one element");
  static_assert(sizeof(Cancel) == sizeof(std::int32_t) && Cancel::is_always_lock_free);
  return static_cast<Cancel*>(data);
}

}  // namespace

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

napi_value in_background(napi_env env, Background background) {
  auto job = std::make_unique<Job>();
  job->background = std::move(background);
  job->jobs = jobs_of(env);
  if (job->background.cancel) {
    job->cancel = cancel_memory(env, *job->background.cancel);
    job->background.kept.push_back(*job->background.cancel);
  }
  const auto keep = [&](napi_value value) {
    napi_ref reference = nullptr;
    check(env, napi_create_reference(env, value, 1, &reference));
    job->references.push_back(reference);
    return reference;
  };
  for (napi_value value : job->background.kept) keep(value);
  const bool tells = job->background.progress_callback.has_value();
  if (tells) job->progress_reference = keep(*job->background.progress_callback);
  napi_value promise = nullptr;
  check(env, napi_create_promise(env, &job->deferred, &promise));
  check(env, napi_create_threadsafe_function(env, nullptr, nullptr, make_text(env, "assay"), 0, tells ? 2 : 1, job.get(),
                                             on_finalize, job.get(), on_wake, &job->wake));
  // From here on the threadsafe function owns the job.
  Job& started = *job.release();
  started.jobs->running.insert(&started);
  try {
    started.worker = std::thread{[&started] { started.run(); }};
  } catch (const std::system_error&) {
    started.background.work = [](const Cancel&) { throw Failure{"PROVER_FAILED", "the system gives no more threads"}; };
    started.run();
  }
  if (tells) {
    try {
      started.ticker = std::thread{[&started] { started.tick(); }};
    } catch (const std::system_error&) {
      // Progress is then told at the end alone.
      napi_release_threadsafe_function(started.wake, napi_tsfn_release);
    }
  }
  return promise;
}

}  // namespace assay::napi
