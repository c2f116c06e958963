// Completion of the command line by shells, from the tables that parsing and
// help are made from. Pure.
#ifndef CHMDOCKER_CLI_COMPLETION_H_
#define CHMDOCKER_CLI_COMPLETION_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace chmdocker::cli {

// A script for bash, zsh or fish; InvalidArgument for others.
absl::StatusOr<std::string> CompletionFor(absl::string_view shell);

}  // namespace chmdocker::cli

#endif  // CHMDOCKER_CLI_COMPLETION_H_
