// A person's options as the container that the runtime shall make, with what is
// known of this host only.
#ifndef CHMDOCKER_CLI_DESCRIBE_H_
#define CHMDOCKER_CLI_DESCRIBE_H_

#include "absl/status/statusor.h"
#include "cli/options_to_spec.h"
#include "cli/run_options.h"
#include "runtime/container/keep.h"
#include "runtime/container/lifecycle.h"
#include "runtime/users/user_files.h"

namespace chmdocker::cli {

// Makes directories of the host that binds shall have, unless it is a dry run.
// Warns of what the host has and can't be used.
// `files`: AddHostRights. InvalidArgument names the flag that is wrong.
absl::StatusOr<container::Description> DescribeOptions(
    const container::Runtime& runtime, const RunOptions& options,
    const users::UserFiles* files, const Caller& caller);

}  // namespace chmdocker::cli

#endif  // CHMDOCKER_CLI_DESCRIBE_H_
