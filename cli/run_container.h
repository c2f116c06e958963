// The person's `chmdocker run`: a container for one command.
#ifndef CHMDOCKER_CLI_RUN_CONTAINER_H_
#define CHMDOCKER_CLI_RUN_CONTAINER_H_

#include "absl/status/statusor.h"
#include "cli/command.h"
#include "cli/run_options.h"

namespace chmdocker::cli {

// Runs (or, with --dry-run, plans) the container and returns the exit code.
absl::StatusOr<int> RunContainer(const RunOptions& options,
                                 const Session& session);

}  // namespace chmdocker::cli

#endif  // CHMDOCKER_CLI_RUN_CONTAINER_H_
