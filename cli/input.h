// Files that a command line names.
#ifndef CHMDOCKER_CLI_INPUT_H_
#define CHMDOCKER_CLI_INPUT_H_

#include <string>

#include "absl/status/statusor.h"

namespace chmdocker::cli {

// All of the file, or of standard input for "-"; at most 16 MiB.
absl::StatusOr<std::string> ReadInput(const std::string& path);

}  // namespace chmdocker::cli

#endif  // CHMDOCKER_CLI_INPUT_H_
