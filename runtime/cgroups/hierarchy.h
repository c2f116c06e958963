// Which cgroup hierarchies there are, and where: cgroup v1 has several, v2 one,
// and a hybrid host both.
#ifndef CHMDOCKER_RUNTIME_CGROUPS_HIERARCHY_H_
#define CHMDOCKER_RUNTIME_CGROUPS_HIERARCHY_H_

#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "runtime/host/facts.h"

namespace chmdocker::cgroups {

// The mount point of each hierarchy, with the caller's own place in it: v1's in
// the order of mountinfo, then v2's. None if none is mounted.
absl::StatusOr<std::vector<host::CgroupDirectory>> FindHierarchies();

// Enough to mount them in a container: where there is v2 alone, without a look
// at all mounts, and without the caller's place.
absl::StatusOr<std::vector<host::CgroupDirectory>> FindHierarchyMounts();

// The same from the content of /proc/self/mountinfo and /proc/self/cgroup.
//
// In a container without a cgroup namespace of its own, /proc/self/cgroup has
// the host's paths, and what is mounted is a subtree: its root, a field of
// mountinfo, is taken off (proc_pid_mountinfo(5), cgroups(7)).
std::vector<host::CgroupDirectory> HierarchiesFrom(
    absl::string_view mountinfo, absl::string_view proc_cgroup);

}  // namespace chmdocker::cgroups

#endif  // CHMDOCKER_RUNTIME_CGROUPS_HIERARCHY_H_
