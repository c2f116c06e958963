// What the planner may know of the host. Pure data, found out by probe.h.
#ifndef CHMDOCKER_RUNTIME_HOST_FACTS_H_
#define CHMDOCKER_RUNTIME_HOST_FACTS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/step/step.h"

namespace chmdocker::host {

// A directory of a cgroup hierarchy: the hierarchy's own mount point, or one
// cgroup in it.
struct CgroupDirectory {
  // Of cgroup v1: "cpu,cpuacct", "name=systemd", as in mountinfo. Empty: v2.
  std::string controllers;
  std::string path;  // absolute, on the host
  // Of a mount point: where the caller is below it, "/" or "/a/b"; empty: not
  // below it, or not known.
  std::string own = {};
  bool readonly = false;  // of a mount point: nothing can be made below it
  // Of a container's cgroup, once it has been made: its inode, by which it is
  // told from a later one of the same path, and how many of the cgroups above
  // it were made with it. 0: not known.
  uint64_t inode = 0;
  uint32_t made_above = 0;
  bool operator==(const CgroupDirectory&) const = default;
};

struct HostFacts {
  uint32_t uid = 0;  // effective, in the caller's user namespace
  uint32_t gid = 0;
  // CAP_SYS_ADMIN is effective: namespaces other than user can be made.
  bool can_make_namespaces = true;
  uint64_t capabilities = ~uint64_t{0};  // effective; bit n is capability n
  // The caller's user namespace is not the first one: device nodes can't be
  // made and most ids not be named, whatever the capabilities.
  bool in_user_namespace = false;
  step::MountApi mount_api = step::MountApi::kDetached;
  // The version of Landlock's interface, 0: none; found out only for who asks.
  int landlock_abi = 0;
  // Where each cgroup hierarchy is mounted; found out only for who asks.
  std::vector<CgroupDirectory> cgroup_mounts;
};

}  // namespace chmdocker::host

#endif  // CHMDOCKER_RUNTIME_HOST_FACTS_H_
