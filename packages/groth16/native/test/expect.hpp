// How the test programs say what does not hold.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace assay::test {

inline int failures = 0;

inline void expect(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "failed: %s\n", what);
  failures++;
}

// The seed that the command line gives, or 1.
inline std::uint64_t seed(int count, char** arguments) { return count > 1 ? std::strtoull(arguments[1], nullptr, 10) : 1; }

// The exit status of a program that is done.
inline int conclude() {
  if (failures > 0) std::fprintf(stderr, "%d checks failed\n", failures);
  return failures == 0 ? 0 : 1;
}

}  // namespace assay::test
