// Memory for points, vectors and scalars: on cache lines of its own, and wiped when it is given back, since witnesses and what is
// computed of them pass through it.
#pragma once

#include <cstdint>
#include <cstring>
#include <new>
#include <vector>

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
  static constexpr std::align_val_t ALIGNMENT{64};

  WipingAllocator() = default;
  template <class U>
  WipingAllocator(const WipingAllocator<U>&) {}
  T* allocate(std::size_t count) { return static_cast<T*>(::operator new(count * sizeof(T), ALIGNMENT)); }
  void deallocate(T* memory, std::size_t count) {
    wipe(memory, count * sizeof(T));
    ::operator delete(memory, ALIGNMENT);
  }
  friend bool operator==(const WipingAllocator&, const WipingAllocator&) { return true; }
};

template <class T>
using WipedVector = std::vector<T, WipingAllocator<T>>;

using Words = WipedVector<std::uint64_t>;

}  // namespace assay
