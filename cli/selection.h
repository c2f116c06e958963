// The containers that a command works on: by regular expression, or several.
#ifndef CHMDOCKER_CLI_SELECTION_H_
#define CHMDOCKER_CLI_SELECTION_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/command.h"
#include "cli/oci_commands.h"
#include "runtime/container/lifecycle.h"

namespace chmdocker::cli {

// Calls `work` with the one id, or, for a regular expression, with every id of
// the state directory that it finds. All are tried; the first error is
// returned.
absl::Status ForEach(
    const container::Runtime& runtime, const Selection& which,
    const std::function<absl::Status(const std::string& id)>& work);

// Calls `work` with each of `ids`; all are tried, and the first error is
// returned.
absl::Status ForEachId(
    const std::vector<std::string>& ids,
    absl::FunctionRef<absl::Status(const std::string& id)> work);

// An action that does the same to each of `ids`, of which there must be one.
absl::StatusOr<Action> DoingEach(const std::vector<std::string>& ids,
                                 absl::Status (*work)(const container::Runtime&,
                                                      const std::string&));

}  // namespace chmdocker::cli

#endif  // CHMDOCKER_CLI_SELECTION_H_
