#include "random.hpp"

#include <algorithm>
#include <cstdint>

#include <unistd.h>
#if defined(__APPLE__)
#include <sys/random.h>
#endif

namespace assay {

bool fill_random(void* bytes, std::size_t length) {
  constexpr std::size_t MOST = 256;  // what one call of getentropy may ask for
  for (std::size_t at = 0; at < length; at += MOST) {
    if (getentropy(static_cast<std::uint8_t*>(bytes) + at, std::min(MOST, length - at)) != 0) return false;
  }
  return true;
}

}  // namespace assay
