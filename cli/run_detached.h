// `run --detach`, and how its words are read again when the container is
// started another time.
#ifndef CHMDOCKER_CLI_RUN_DETACHED_H_
#define CHMDOCKER_CLI_RUN_DETACHED_H_

#include "absl/status/statusor.h"
#include "cli/command.h"
#include "cli/run_options.h"
#include "runtime/container/keep.h"
#include "runtime/container/lifecycle.h"

namespace chmdocker::cli {

// Prints the container's id when its command runs. When it can't be run,
// nothing is kept.
absl::StatusOr<int> RunDetached(const RunOptions& options,
                                const Session& session);

// For container::StartKept and Conclude.
container::Describe DescribeWords(const container::Runtime& runtime);

}  // namespace chmdocker::cli

#endif  // CHMDOCKER_CLI_RUN_DETACHED_H_
