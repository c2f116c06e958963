// What is printed to standard output: help, version, plans.
#ifndef CHMDOCKER_CLI_PRINT_H_
#define CHMDOCKER_CLI_PRINT_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace chmdocker::cli {

// All of `text`, or why not: a full disk, a closed descriptor.
absl::Status PrintToStdout(absl::string_view text);

}  // namespace chmdocker::cli

#endif  // CHMDOCKER_CLI_PRINT_H_
