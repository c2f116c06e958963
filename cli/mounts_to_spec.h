// The mounts of --volume, --mount and --tmpfs -> ContainerSpec. Pure.
#ifndef CHMDOCKER_CLI_MOUNTS_TO_SPEC_H_
#define CHMDOCKER_CLI_MOUNTS_TO_SPEC_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "runtime/spec/container_spec.h"
#include "runtime/spec/mount.h"

namespace chmdocker::cli {

// Adds the mounts behind the default ones, the upper before those below, and
// takes the default ones that they cover. `directory` is the caller's, empty if
// it has been removed.
absl::Status MountsToSpec(const std::vector<spec::Mount>& mounts,
                          const std::string& directory,
                          spec::ContainerSpec& spec);

}  // namespace chmdocker::cli

#endif  // CHMDOCKER_CLI_MOUNTS_TO_SPEC_H_
