// Controllers and the hierarchies that have them. Pure.
#ifndef CHMDOCKER_RUNTIME_CGROUPS_CONTROLLERS_H_
#define CHMDOCKER_RUNTIME_CGROUPS_CONTROLLERS_H_

#include <vector>

#include "absl/strings/string_view.h"
#include "runtime/host/facts.h"

namespace chmdocker::cgroups {

// Whether a hierarchy's `controllers`, for example "cpu,cpuacct", has
// `controller`.
bool HasController(absl::string_view controllers, absl::string_view controller);

// The v1 hierarchy with `controller`, or v2's; null if there is none.
const host::CgroupDirectory* FindV1(
    const std::vector<host::CgroupDirectory>& hierarchies,
    absl::string_view controller);
const host::CgroupDirectory* FindV2(
    const std::vector<host::CgroupDirectory>& hierarchies);

}  // namespace chmdocker::cgroups

#endif  // CHMDOCKER_RUNTIME_CGROUPS_CONTROLLERS_H_
