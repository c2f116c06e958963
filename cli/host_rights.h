// What rights are that have to be looked up: users in the container's files, a
// profile in a file of the caller's, the host's devices.
#ifndef CHMDOCKER_CLI_HOST_RIGHTS_H_
#define CHMDOCKER_CLI_HOST_RIGHTS_H_

#include "absl/status/status.h"
#include "cli/rights.h"
#include "runtime/spec/container_spec.h"
#include "runtime/users/user_files.h"

namespace chmdocker::cli {

// `spec` is what RightsToSpec has made. An error names the flag. `files` are
// those of the container where its root file system is none yet; else null.
absl::Status AddHostRights(const Rights& rights, const users::UserFiles* files,
                           spec::ContainerSpec& spec);

}  // namespace chmdocker::cli

#endif  // CHMDOCKER_CLI_HOST_RIGHTS_H_
