// The containers that a command with --regex works on.
#ifndef CHMDOCKER_CLI_SELECTION_H_
#define CHMDOCKER_CLI_SELECTION_H_

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "cli/oci_commands.h"
#include "runtime/container/lifecycle.h"

namespace chmdocker::cli {

// Calls `work` with the one id, or, for a regular expression, with every id of
// the state directory that it finds. All are tried; the first error is
// returned.
absl::Status ForEach(
    const container::Runtime& runtime, const Selection& which,
    const std::function<absl::Status(const std::string& id)>& work);

}  // namespace chmdocker::cli

#endif  // CHMDOCKER_CLI_SELECTION_H_
