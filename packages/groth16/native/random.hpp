// The operating system's random number generator.
#pragma once

#include <cstddef>

namespace assay {

// Fills `bytes`; false when the system gives none, and then they must not be used.
bool fill_random(void* bytes, std::size_t length);

}  // namespace assay
