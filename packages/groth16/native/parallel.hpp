// Work on several threads.
#pragma once

#include <atomic>
#include <cstddef>
#include <system_error>
#include <thread>
#include <vector>

namespace assay {

// Calls work(i) for each i below `count`, on at most `threads` threads of which the caller's is one; on fewer where the system
// gives no more. `work` throws nothing.
template <class Work>
void run_parallel(unsigned threads, std::size_t count, const Work& work) {
  std::atomic<std::size_t> next{0};
  const auto run = [&] {
    for (std::size_t i = next++; i < count; i = next++) work(i);
  };
  std::vector<std::thread> others;
  try {
    for (unsigned i = 1; i < threads && i < count; i++) others.emplace_back(run);
  } catch (const std::system_error&) {
  }
  run();
  for (auto& other : others) other.join();
}

}  // namespace assay
