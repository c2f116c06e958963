// What a new cgroup needs before limits can be set and processes enter.
#ifndef CHMDOCKER_RUNTIME_CGROUPS_PREPARE_H_
#define CHMDOCKER_RUNTIME_CGROUPS_PREPARE_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "runtime/cgroups/cgroup_plan.h"
#include "runtime/host/facts.h"

namespace chmdocker::cgroups {

// `levels` are the paths from the mount point of `hierarchy`, one of `all`, to
// the container's cgroup; `writes` is what will be written.
//
// v1's cpuset: each level that has no CPUs or memory nodes gets its parent's.
// v2: controllers are passed on from level to level, all of them where v2 is
// alone, for engines read their statistics, and beside v1 those that `writes`
// need. One that can't be passed on is left to the write that needs it.
absl::Status Prepare(const host::CgroupDirectory& hierarchy,
                     const std::vector<std::string>& levels,
                     const std::vector<host::CgroupDirectory>& all,
                     const std::vector<Write>& writes);

}  // namespace chmdocker::cgroups

#endif  // CHMDOCKER_RUNTIME_CGROUPS_PREPARE_H_
