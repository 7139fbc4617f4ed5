// What native code throws for input that it refuses: it becomes a Groth16Error of the same code.
#pragma once

#include <string>

namespace assay {

struct Failure {
  // One of Groth16ErrorCode (src/error.ts).
  const char* code;
  // Names fields, sizes and limits, never a value.
  std::string message;
};

}  // namespace assay
