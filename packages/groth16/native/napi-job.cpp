#include <chrono>
#include <condition_variable>
#include <mutex>
#include <set>
#include <system_error>
#include <thread>

#include "napi.hpp"

namespace assay::napi {

namespace {

constexpr auto PROGRESS_EVERY = std::chrono::milliseconds{100};

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
