// Work on several threads that may fail.
#pragma once

#include <exception>
#include <mutex>

#include "parallel.hpp"

namespace assay {

// As run_parallel, for work that may throw: the first exception is thrown again when all threads are done.
template <class Work>
void run_tasks(unsigned threads, std::size_t count, const Work& work) {
  std::exception_ptr failure;
  std::mutex mutex;
  run_parallel(threads, count, [&](std::size_t i) {
    try {
      work(i);
    } catch (...) {
      const std::lock_guard lock{mutex};
      if (!failure) failure = std::current_exception();
    }
  });
  if (failure) std::rethrow_exception(failure);
}

}  // namespace assay
