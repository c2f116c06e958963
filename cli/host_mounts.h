// What of a person's mounts depends on what the host has. Effects.
#ifndef CHMDOCKER_CLI_HOST_MOUNTS_H_
#define CHMDOCKER_CLI_HOST_MOUNTS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "cli/run_options.h"
#include "runtime/spec/mount.h"

namespace chmdocker::cli {

// Whether the host has nothing there. Other errors are the mount's own to tell.
bool IsMissing(const std::string& path);

// Whether one of them is mounted on it, or above it.
bool IsCovered(const std::string& path, const std::vector<spec::Mount>& mounts);

// Makes the sources of binds that have `makes_source`, unless it is a dry run;
// InvalidArgument, with the flag, for others that are not there.
absl::Status PrepareSources(const RunOptions& options,
                            const std::vector<spec::Mount>& mounts);

}  // namespace chmdocker::cli

#endif  // CHMDOCKER_CLI_HOST_MOUNTS_H_
