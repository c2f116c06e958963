// Programs of the host that are asked for something and end.
#ifndef CHMDOCKER_RUNTIME_SYS_RUN_PROGRAM_H_
#define CHMDOCKER_RUNTIME_SYS_RUN_PROGRAM_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace chmdocker::sys {

struct Ended {
  bool well = false;  // by exit code 0
  absl::StatusOr<std::string>
      said;  // an error if it was more than `most` bytes
};

// Runs `file`, looked for in PATH unless it has a "/", with these words, of
// which the first is its name, and waits for its end. What it writes to its
// `descriptor` is `said`. An error if it could not be run.
absl::StatusOr<Ended> RunProgram(const std::string& file,
                                 std::vector<std::string> words,
                                 char* const* environment, int descriptor,
                                 size_t most);

}  // namespace chmdocker::sys

#endif  // CHMDOCKER_RUNTIME_SYS_RUN_PROGRAM_H_
