// Nothing that has to end may stay frozen.
#ifndef CHMDOCKER_RUNTIME_CGROUPS_THAW_ALL_H_
#define CHMDOCKER_RUNTIME_CGROUPS_THAW_ALL_H_

#include "absl/status/status.h"
#include "runtime/cgroups/cgroup.h"

namespace chmdocker::cgroups {

// Thaws the container's cgroups and those below, which the container may have
// frozen itself: in v1, a frozen process does not even die of SIGKILL.
absl::Status ThawAll(const Directories& directories);

}  // namespace chmdocker::cgroups

#endif  // CHMDOCKER_RUNTIME_CGROUPS_THAW_ALL_H_
