// `run --detach`.
#ifndef CHMDOCKER_CLI_RUN_DETACHED_H_
#define CHMDOCKER_CLI_RUN_DETACHED_H_

#include "absl/status/statusor.h"
#include "cli/command.h"
#include "cli/run_options.h"

namespace chmdocker::cli {

// Prints the container's id when its command runs. When it can't be run,
// nothing is kept.
absl::StatusOr<int> RunDetached(const RunOptions& options,
                                const Session& session);

}  // namespace chmdocker::cli

#endif  // CHMDOCKER_CLI_RUN_DETACHED_H_
