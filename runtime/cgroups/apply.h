// Writes to the files of cgroups, as planned.
#ifndef CHMDOCKER_RUNTIME_CGROUPS_APPLY_H_
#define CHMDOCKER_RUNTIME_CGROUPS_APPLY_H_

#include <vector>

#include "absl/status/status.h"
#include "runtime/cgroups/cgroup_plan.h"
#include "runtime/cgroups/device_filter.h"
#include "runtime/host/facts.h"
#include "runtime/spec/resources.h"

namespace chmdocker::cgroups {

// `status`, which came of `write`, with the name of the setting.
absl::Status SettingError(const Write& write, const absl::Status& status);

// Makes the writes in their order, each in the directory of its hierarchy.
// What is forbidden is passed over for a write of `lenient`.
absl::Status Apply(const std::vector<Write>& writes,
                   const std::vector<host::CgroupDirectory>& directories,
                   bool (*lenient)(const Write&));

// The same for rules on devices where UsesDeviceFilter. None: the defaults.
absl::Status ApplyDevices(const std::vector<spec::DeviceRule>& rules,
                          const std::vector<host::CgroupDirectory>& directories,
                          OldFilter old, bool (*lenient)(const Write&));

}  // namespace chmdocker::cgroups

#endif  // CHMDOCKER_RUNTIME_CGROUPS_APPLY_H_
