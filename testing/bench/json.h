// Text as JSON has it.
#ifndef CHMDOCKER_TESTING_BENCH_JSON_H_
#define CHMDOCKER_TESTING_BENCH_JSON_H_

#include <string>

#include "absl/strings/string_view.h"

namespace chmdocker::bench {

// With its quotes; control characters become spaces.
inline std::string JsonString(absl::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
  }
  return quoted + "\"";
}

}  // namespace chmdocker::bench

#endif  // CHMDOCKER_TESTING_BENCH_JSON_H_
