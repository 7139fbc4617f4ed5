// Memory for points, vectors and scalars: on cache lines of its own, and wiped when it is given back, since witnesses and what is
// computed of them pass through it.
#pragma once

#include <cstdint>
#include <cstring>
#include <new>
#include <vector>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace assay {

// Overwrites memory in a way that the compiler does not leave out.
inline void wipe(void* memory, std::size_t bytes) {
  if (bytes == 0) return;
  std::memset(memory, 0, bytes);
  __asm__ __volatile__("" : : "r"(memory) : "memory");
}

template <class T>
struct WipingAllocator {
  using value_type = T;
  static constexpr std::size_t CACHE_LINE = 64;
  // Tables are read in no order: with pages of 4 KiB nearly every read would miss the translation cache.
  static constexpr std::size_t HUGE_PAGE = std::size_t{1} << 21;

  WipingAllocator() = default;
  template <class U>
  WipingAllocator(const WipingAllocator<U>&) {}
  static std::align_val_t alignment(std::size_t bytes) {
    return static_cast<std::align_val_t>(bytes >= 2 * HUGE_PAGE ? HUGE_PAGE : CACHE_LINE);
  }
  T* allocate(std::size_t count) {
    const std::size_t bytes = count * sizeof(T);
    void* memory = ::operator new(bytes, alignment(bytes));
#if defined(__linux__)
    // Where the system gives none, small pages do.
    if (bytes >= 2 * HUGE_PAGE) static_cast<void>(madvise(memory, bytes, MADV_HUGEPAGE));
#endif
    return static_cast<T*>(memory);
  }
  void deallocate(T* memory, std::size_t count) {
    const std::size_t bytes = count * sizeof(T);
    wipe(memory, bytes);
    ::operator delete(memory, alignment(bytes));
  }
  friend bool operator==(const WipingAllocator&, const WipingAllocator&) { return true; }
};

template <class T>
using WipedVector = std::vector<T, WipingAllocator<T>>;

using Words = WipedVector<std::uint64_t>;

}  // namespace assay
