// cgroup.events of cgroup v2: a file that can be polled.
#ifndef CHMDOCKER_RUNTIME_CGROUPS_EVENTS_H_
#define CHMDOCKER_RUNTIME_CGROUPS_EVENTS_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "runtime/cgroups/cgroup_files.h"

namespace chmdocker::cgroups {

// Waits until cgroup.events has `line`, for example "populated 0"; false when
// `nanoseconds` have passed.
absl::StatusOr<bool> AwaitEvent(const Cgroup& cgroup, absl::string_view line,
                                uint64_t nanoseconds);

}  // namespace chmdocker::cgroups

#endif  // CHMDOCKER_RUNTIME_CGROUPS_EVENTS_H_
