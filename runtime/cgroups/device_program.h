// Rules on devices as the program that cgroup v2 runs for each use of one:
// BPF_PROG_TYPE_CGROUP_DEVICE, since Linux 4.15. Pure.
#ifndef CHMDOCKER_RUNTIME_CGROUPS_DEVICE_PROGRAM_H_
#define CHMDOCKER_RUNTIME_CGROUPS_DEVICE_PROGRAM_H_

#include <linux/bpf.h>

#include <vector>

#include "runtime/cgroups/device_rules.h"

namespace chmdocker::cgroups {

// The program gets a bpf_cgroup_dev_ctx and returns 1 to allow, 0 to forbid. A
// use that wants several kinds of access needs all of them allowed.
std::vector<bpf_insn> DeviceProgram(const DeviceAccess& access);

}  // namespace chmdocker::cgroups

#endif  // CHMDOCKER_RUNTIME_CGROUPS_DEVICE_PROGRAM_H_
