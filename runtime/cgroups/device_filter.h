// The device program of a cgroup of v2.
#ifndef CHMDOCKER_RUNTIME_CGROUPS_DEVICE_FILTER_H_
#define CHMDOCKER_RUNTIME_CGROUPS_DEVICE_FILTER_H_

#include "absl/status/status.h"
#include "runtime/cgroups/cgroup_files.h"
#include "runtime/cgroups/device_rules.h"

namespace chmdocker::cgroups {

enum class OldFilter : bool { kNone, kMayBe };

// Lets the kernel ask `access` for each use of a device by what is in `cgroup`,
// beside what others ask there and above. One of chmdocker's that is there is
// replaced; at no moment is a use allowed that both forbid.
absl::Status SetDeviceFilter(const Cgroup& cgroup, const DeviceAccess& access,
                             OldFilter old);

}  // namespace chmdocker::cgroups

#endif  // CHMDOCKER_RUNTIME_CGROUPS_DEVICE_FILTER_H_
